import { beforeEach, expect, test } from "@odoo/hoot";
import { mountView } from "@web/../tests/web_test_helpers";
import { DealflowDeal, defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

beforeEach(() => {
    Object.assign(DealflowDeal._records[0], { is_rotting: true, rotting_days: 52 });
    Object.assign(DealflowDeal._records[1], { is_rotting: true, rotting_days: 1 });
});

test("days are said in words, in the form of their number, on cards that wait too long", async () => {
    await mountView({
        type: "kanban",
        resModel: "dealflow.deal",
        arch: `
            <kanban>
                <templates>
                    <t t-name="card">
                        <field name="name"/>
                        <field name="rotting_days" invisible="1"/>
                        <field name="is_rotting" widget="dealflow_rotting"/>
                    </t>
                </templates>
            </kanban>`,
    });

    expect(".o_kanban_record:contains(Chairs) .o_mail_resource_rotting_bg").toHaveText("52 days");
    expect(".o_kanban_record:contains(Desks) .o_mail_resource_rotting_bg").toHaveText("1 day");
    expect(".o_kanban_record:contains(Lamps) .o_mail_resource_rotting_bg").toHaveCount(0);
});
