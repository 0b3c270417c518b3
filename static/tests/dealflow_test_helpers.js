import { mailModels } from "@mail/../tests/mail_test_helpers";
import { expect } from "@odoo/hoot";
import { defineModels, fields, mockService, models, onRpc } from "@web/../tests/web_test_helpers";

class DealflowFunnel extends models.Model {
    _name = "dealflow.funnel";

    name = fields.Char();

    _records = [
        { id: 1, name: "Sales" },
        { id: 2, name: "Tenders" },
    ];
}

class DealflowStage extends models.Model {
    _name = "dealflow.stage";

    name = fields.Char();
    funnel_id = fields.Many2one({ relation: "dealflow.funnel" });
    is_won = fields.Boolean();
    require_comment = fields.Boolean();

    _records = [
        { id: 1, name: "Clarification", funnel_id: 1, require_comment: true },
        { id: 2, name: "Offer", funnel_id: 1, require_comment: true },
        { id: 3, name: "Negotiation", funnel_id: 1, require_comment: false },
        { id: 4, name: "Contract", funnel_id: 1, require_comment: false, is_won: true },
        { id: 5, name: "Bid", funnel_id: 2, require_comment: true },
    ];
}

class LostReason extends models.Model {
    _name = "crm.lost.reason";

    name = fields.Char();

    _records = [{ id: 1, name: "Too expensive" }];
}

const DAY = 24 * 60 * 60;

export class DealflowDeal extends models.Model {
    _name = "dealflow.deal";

    name = fields.Char({ required: true });
    funnel_id = fields.Many2one({ relation: "dealflow.funnel" });
    stage_id = fields.Many2one({ relation: "dealflow.stage" });
    state = fields.Selection({
        selection: [
            ["open", "Open"],
            ["won", "Won"],
            ["lost", "Lost"],
        ],
        readonly: true,
    });
    lost_reason_id = fields.Many2one({ relation: "crm.lost.reason" });
    priority = fields.Selection({
        selection: [
            ["0", "Low"],
            ["1", "High"],
        ],
    });
    duration_tracking = fields.Json();
    is_rotting = fields.Boolean();
    rotting_days = fields.Integer();
    activity_state = fields.Selection({
        selection: [
            ["planned", "Planned"],
            ["overdue", "Overdue"],
        ],
    });
    company_currency_id = fields.Many2one({ relation: "res.currency" });
    amount_company = fields.Monetary({ currency_field: "company_currency_id" });
    weighted_amount = fields.Monetary({ currency_field: "company_currency_id" });

    _records = [
        { id: 1, name: "Chairs", funnel_id: 1, stage_id: 1, state: "open", priority: "0" },
        {
            id: 2,
            name: "Desks",
            funnel_id: 1,
            stage_id: 2,
            state: "open",
            priority: "1",
            duration_tracking: { 1: 3 * DAY, 2: 16 * DAY },
        },
        { id: 3, name: "Lamps", funnel_id: 1, stage_id: 3, state: "lost", priority: "0", lost_reason_id: 1 },
        { id: 4, name: "Shelves", funnel_id: 1, stage_id: 4, state: "won", priority: "0" },
        { id: 5, name: "Carpets", funnel_id: 2, stage_id: 5, state: "open", priority: "0" },
    ].map((deal) => ({
        ...deal,
        company_currency_id: 1,
        amount_company: 1000,
        weighted_amount: { open: 250, won: 1000, lost: 0 }[deal.state],
    }));
    _views = {
        kanban: /* xml */ `
            <kanban js_class="dealflow_deal_kanban">
                <templates><t t-name="card"><field name="name"/></t></templates>
            </kanban>`,
        form: /* xml */ `
            <form>
                <header>
                    <field name="stage_id" widget="dealflow_stage_statusbar" options="{'clickable': '1'}"
                           domain="[('funnel_id', '=', funnel_id)]"/>
                </header>
                <field name="funnel_id" invisible="1"/>
                <field name="name"/>
            </form>`,
    };
}

export function defineDealflowModels() {
    defineModels({ ...mailModels, DealflowFunnel, DealflowStage, LostReason, DealflowDeal });
}

/** The user of the test is in these groups alone. */
export function setGroups(...groups) {
    onRpc("has_group", ({ args: [, group] }) => groups.includes(group));
}

/** What is opened becomes a step of the test, and is closed at once with the given information. */
export function recordActions(closeInfo) {
    mockService("action", {
        loadAction: async (xmlId) => ({
            xmlId,
            views: [
                [1, "kanban"],
                [2, "list"],
            ],
        }),
        async doAction(action, { onClose, ...options } = {}) {
            expect.step([action, options]);
            await onClose?.(closeInfo);
        },
    });
}
