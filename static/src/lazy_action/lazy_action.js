import { Component, xml } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * Registers a screen that is loaded when it is opened: who never opens it does not load its scripts.
 *
 * @param {string} tag of the client action
 * @param {string} bundle that brings the screen
 * @param {string} name of the screen among lazy components
 * @param {Object} [statics] further static properties of the action, such as its `displayName`
 */
export function addLazyAction(tag, bundle, name, statics = {}) {
    class LazyAction extends Component {
        static template = xml`<LazyComponent bundle="bundle" Component="name" props="props"/>`;
        static components = { LazyComponent };
        static props = { ...standardActionServiceProps };

        setup() {
            Object.assign(this, { bundle, name });
        }
    }
    registry.category("actions").add(tag, Object.assign(LazyAction, statics));
}

addLazyAction("dealflow.card_editor", "dealflow.assets_card_editor", "dealflow.CardEditor");
addLazyAction("dealflow.marketing_timeline", "dealflow.assets_marketing_timeline", "dealflow.MarketingTimeline");
addLazyAction("dealflow.sales_funnel", "dealflow.assets_sales_funnel", "dealflow.SalesFunnelAction");
