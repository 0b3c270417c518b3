import { Component, xml } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Loads the price form when it is opened: who never makes an offer does not load its scripts. */
export class PriceFormAction extends Component {
    static template = xml`
        <LazyComponent bundle="'dealflow.assets_price_form'" Component="'dealflow.PriceForm'" props="props"/>
    `;
    static components = { LazyComponent };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Price");
}

registry.category("actions").add("dealflow.price_form", PriceFormAction);
