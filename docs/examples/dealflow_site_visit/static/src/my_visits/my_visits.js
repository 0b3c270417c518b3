import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** The last visits of the person: a block of the start page. It gets no props, and loads what it shows itself. */
export class MyVisits extends Component {
    static template = "dealflow_site_visit.MyVisits";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ visits: null });
        onWillStart(async () => {
            // Silent: the page does not wait for a block behind a veil.
            this.state.visits = await this.orm.silent.call("dealflow.site.visit", "get_my_visits");
        });
    }

    openAll() {
        return this.action.doAction("dealflow_site_visit.dealflow_site_visit_action");
    }
}

// Only for people with the group: the method would refuse the others. My day has the sequence 10, receipts have 50.
registry
    .category("dealflow_start_blocks")
    .add("site_visits", { Component: MyVisits, group: "dealflow.group_user_own" }, { sequence: 40 });
