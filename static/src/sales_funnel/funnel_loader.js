import { Component, xml } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Loads the report when it is opened. */
class SalesFunnelLoader extends Component {
    static template = xml`
        <LazyComponent bundle="'dealflow.assets_sales_funnel'" Component="'dealflow.SalesFunnelAction'" props="props"/>
    `;
    static components = { LazyComponent };
    static props = { ...standardActionServiceProps };
}

registry.category("actions").add("dealflow.sales_funnel", SalesFunnelLoader);
