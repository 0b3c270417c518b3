import { Component, onWillStart } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * The workplace: blocks of the registry "dealflow_start_blocks", each {Component, group}, in the order of its sequence.
 * A list of groups means that one of them is enough; without a group a block is for everybody who sees Dealflow.
 */
export class StartPage extends Component {
    static template = "dealflow.StartPage";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        onWillStart(async () => {
            const blocks = registry.category("dealflow_start_blocks").getEntries();
            const isShown = await Promise.all(blocks.map(([, block]) => this.isFor(block)));
            this.onlyLooks = !(await user.hasGroup("dealflow.group_user_own"));
            this.blocks = blocks.map(([name, block]) => ({ ...block, name })).filter((block, index) => isShown[index]);
        });
    }

    async isFor(block) {
        const groups = [block.group || []].flat();
        const belongs = await Promise.all(groups.map((group) => user.hasGroup(group)));
        return !groups.length || belongs.some(Boolean);
    }
}

registry.category("actions").add("dealflow.start", StartPage);
