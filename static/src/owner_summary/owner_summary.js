import { Component, onWillStart, status, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { useOwnerChoice } from "../owner_choice/owner_choice";
import { SwitchButtons } from "../switch_buttons/switch_buttons";

/**
 * A block of the start page with figures of one's own records or of all that one may see.
 *
 * What inherits it brings a template and names in `summary` the model and the method that take the choice, the key under
 * which the choice is remembered, and what is shown to somebody who has not chosen yet.
 */
// eslint-disable-next-line no-restricted-syntax -- what inherits it brings the template
export class OwnerSummary extends Component {
    static components = { SwitchButtons };
    static props = {};
    static summary = { model: "", method: "", choice: "", isMine: true };

    setup() {
        const { choice, isMine } = this.constructor.summary;
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.owners = [
            { value: true, label: _t("Mine"), className: "o_dealflow_mine" },
            { value: false, label: _t("All"), className: "o_dealflow_all" },
        ];
        this.state = useState({ isMine, summary: null });
        this.ownerChoice = useOwnerChoice(choice, isMine);
        onWillStart(async () => {
            this.state.isMine = await this.ownerChoice.load();
            if (status(this) !== "destroyed") {
                await this.load();
            }
        });
    }

    /** Of two quick clicks the answer to the last one counts, whichever comes first. */
    async load() {
        const { model, method } = this.constructor.summary;
        const { isMine } = this.state;
        try {
            const answer = this.orm.silent.call(model, method, [isMine]);
            this.state.summary = await this.keepLast.add(answer);
            this.isMineShown = isMine;
        } catch (error) {
            // The figures of the earlier choice are still there, and so is the choice.
            this.state.isMine = this.isMineShown ?? isMine;
            throw error;
        }
    }

    async setMine(isMine) {
        this.state.isMine = isMine;
        await this.load();
        this.ownerChoice.save(isMine);
    }

    format(amount) {
        return formatMonetary(amount, { currencyId: this.state.summary.currency_id });
    }
}
