import { Component, xml } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Loads a screen when it is opened: who never opens it does not load its scripts. */
function addLazyAction(tag, bundle, name) {
    class LazyAction extends Component {
        static template = xml`<LazyComponent bundle="bundle" Component="name" props="props"/>`;
        static components = { LazyComponent };
        static props = { ...standardActionServiceProps };

        setup() {
            Object.assign(this, { bundle, name });
        }
    }
    registry.category("actions").add(tag, LazyAction);
}

addLazyAction("dealflow.card_editor", "dealflow.assets_card_editor", "dealflow.CardEditor");
addLazyAction("dealflow.marketing_timeline", "dealflow.assets_marketing_timeline", "dealflow.MarketingTimeline");
