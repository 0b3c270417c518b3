import { Component, xml } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Loads the workplace when it is opened: who never opens it does not load its scripts. */
export class WorkplaceAction extends Component {
    static template = xml`
        <LazyComponent bundle="'dealflow.assets_workplace'" Component="'dealflow.Workplace'" props="props"/>
    `;
    static components = { LazyComponent };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Workplace");
}

registry.category("actions").add("dealflow.workplace", WorkplaceAction);
