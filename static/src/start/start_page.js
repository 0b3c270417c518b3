import { Component, onWillStart } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const startBlocks = registry.category("dealflow_start_blocks");

startBlocks.addValidation({
    Component: { validate: (component) => component.prototype instanceof Component },
    group: { type: [String, { type: Array, element: String }], optional: true },
    needs: { type: String, optional: true },
});

/**
 * The workplace: blocks of the registry "dealflow_start_blocks", each {Component, group}, in the order of its sequence.
 * A list of groups means that one of them is enough; without a group a block is for everybody who sees Dealflow. A block
 * may need a group beside those.
 */
export class StartPage extends Component {
    static template = "dealflow.StartPage";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        onWillStart(async () => {
            const blocks = startBlocks.getEntries();
            const isShown = await Promise.all(blocks.map(([, block]) => this.isFor(block)));
            const [works, confirms, plansMarketing] = await Promise.all(
                ["user_own", "requisites_confirmer", "marketing"].map((name) => user.hasGroup(`dealflow.group_${name}`))
            );
            this.onlyLooks = !works && !confirms;
            this.plansMarketing = plansMarketing;
            this.blocks = blocks.map(([name, block]) => ({ ...block, name })).filter((block, index) => isShown[index]);
        });
    }

    /** Two columns side by side, where there is room: a long block leaves no hole in the other one. */
    get columns() {
        const half = Math.max(Math.floor(this.blocks.length / 2), 1);
        return [this.blocks.slice(0, half), this.blocks.slice(half)];
    }

    async isFor(block) {
        if (block.needs && !(await user.hasGroup(block.needs))) {
            return false;
        }
        const groups = [block.group || []].flat();
        const belongs = await Promise.all(groups.map((group) => user.hasGroup(group)));
        return !groups.length || belongs.some(Boolean);
    }
}

registry.category("actions").add("dealflow.start", StartPage);
