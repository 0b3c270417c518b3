import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

/** Tells who changed what since a deal was opened, and lets choose whose values stay. */
export class DealConflictDialog extends Component {
    static template = "dealflow.DealConflictDialog";
    static components = { Dialog };
    static props = { conflicts: Array, choose: Function, close: Function };

    describe(conflict) {
        return _t("%(user)s changed %(field)s from %(before)s to %(now)s, %(time)s", {
            user: conflict.user,
            field: conflict.label,
            before: conflict.before || _t("nothing"),
            now: conflict.now || _t("nothing"),
            time: conflict.time,
        });
    }

    choose(choice) {
        this.props.choose(choice);
        this.props.close();
    }
}
