import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { contains, getService, mountWithCleanup, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError, rpc } from "@web/core/network/rpc";
import { WebClient } from "@web/webclient/webclient";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const product = (id, name, price, values = {}) => ({
    id,
    code: `P${id}`,
    name,
    uom_id: 1,
    uom: "Units",
    stock: {},
    price,
    minimum: false,
    last_price: false,
    last_date: false,
    has_image: false,
    ...values,
});
const client = { id: 7, name: "Acme" };
const letter = {
    id: 3,
    offer_id: 11,
    order_id: 5,
    order: "S00005",
    recipients: [{ id: 8, name: "Ann", email: "ann@example.com" }],
    subject: "Offer S00005",
    body: "<p>Dear Ann</p>",
    attachments: [{ id: 4, name: "Offer.pdf", size: 100 }],
    warnings: [],
};

let start, products, priced, sell;

beforeEach(() => {
    localStorage.clear();
    start = {
        offer_id: 11,
        client,
        legal_entity_id: 7,
        entities: [client],
        deal_id: false,
        deals: [],
        lead_id: false,
        order_id: false,
        order: false,
        contact_id: 8,
        contacts: [{ id: 8, name: "Ann", email: "ann@example.com", function: false }],
        lines: [],
        kinds: [
            { key: "offer", name: "Commercial offer" },
            { key: "proforma", name: "Invoice to pay" },
        ],
        settings: {
            sells_at_once: false,
            opens_deal: true,
            may_see_margin: false,
            minimum_price_policy: "reason",
            columns: [],
        },
        warnings: [],
    };
    products = [product(1, "Chair", 100), product(2, "Desk", 250)];
    priced = {};
    sell = () => letter;
    const form = (method, answer) => onRpc("dealflow.price.form", method, answer);
    form("open_form", () => start);
    form("get_categories", () => [{ key: "all", name: "All products", categories: [] }]);
    form("get_warehouse_groups", () => []);
    form("get_products", ({ args }) => {
        const rows = products.filter((row) => row.name.toLowerCase().includes(args[1].search));
        return { total: rows.length, currency: { id: 1 }, rows };
    });
    form("get_transactions", () => []);
    form("get_competitor_prices", () => []);
    form("get_suggestion", () => ({}));
    form("get_line_prices", ({ args }) =>
        args[1].map((line) => ({
            product_id: line.product_id,
            price: products.find((row) => row.id === line.product_id).price,
            minimum: false,
            is_below_minimum: false,
            ...priced[line.product_id],
        }))
    );
    form("sell", ({ args }) => {
        expect.step(["sell", args[1].lines.map(({ product_id, quantity, price }) => [product_id, quantity, price])]);
        return sell(args);
    });
});

async function mountForm() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "dealflow.price_form",
        target: "fullscreen",
        params: { partner_id: 7 },
    });
    await animationFrame();
}

async function take(word) {
    await contains(".o_dealflow_price_search").edit(word, { confirm: "enter" });
    await advanceTime(500);
    await animationFrame();
}

test.tags("desktop");
test("Enter takes the marked product, twice makes two of it, and SELL sends what is selected", async () => {
    await mountForm();
    await take("desk");
    await take("desk");
    await take("chair");
    expect(queryAllTexts(".o_dealflow_price_lines tr[data-line] td:first-child")).toEqual(["Desk", "Chair"]);
    await contains(".o_dealflow_sell").click();
    expect.verifySteps([
        [
            "sell",
            [
                [2, 2, 250],
                [1, 1, 100],
            ],
        ],
    ]);
    expect(".o_dealflow_letter_body").toHaveText("Dear Ann");
});

test.tags("desktop");
test("nothing is sent before there is something to sell", async () => {
    await mountForm();
    await contains(".o_dealflow_sell").click();
    expect(".o_dealflow_price_messages").toHaveText("Choose at least one product.");
    expect.verifySteps([]);
});

test.tags("desktop");
test("a price below the minimum asks for the reason", async () => {
    priced[1] = { minimum: 120, is_below_minimum: true };
    await mountForm();
    await take("chair");
    await contains(".o_dealflow_sell").click();
    expect(".o_dealflow_price_messages [role=alert]").toHaveText("A price is below the minimum: give the reason.");
    await contains(".o_dealflow_reason").edit("Old stock");
    await contains(".o_dealflow_sell").click();
    expect.verifySteps([["sell", [[1, 1, 100]]]]);
});

test.tags("desktop");
test("of several deals one is chosen first", async () => {
    start.deals = [
        { id: 1, name: "Chairs", stage: "Talk" },
        { id: 2, name: "Desks", stage: "Offer" },
    ];
    await mountForm();
    await take("chair");
    await contains(".o_dealflow_sell").click();
    expect(".o_dealflow_price_messages [role=alert]").toHaveText(/several open deals/);
    expect.verifySteps([]);
});

test.tags("desktop");
test("without a connection the selection stays, and is there again when the form is opened the next time", async () => {
    await mountForm();
    await take("desk");
    patchWithCleanup(rpc, {
        _rpc(url) {
            return url.endsWith("/sell") ? Promise.reject(new ConnectionLostError(url)) : super._rpc(...arguments);
        },
    });
    await contains(".o_dealflow_sell").click();
    await animationFrame();
    expect(".o_dealflow_offline").toHaveCount(1);
    expect(".o_dealflow_price_lines tr[data-line]").toHaveCount(1);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "dealflow.price_form",
        params: { partner_id: 7 },
    });
    await animationFrame();
    expect(".o_dealflow_price_lines tr[data-line]").toHaveCount(1);
});

test.tags("desktop");
test("a sent letter can be withheld for ten seconds, then the server lets it go", async () => {
    onRpc("dealflow.price.form", "send_letter", ({ args }) => {
        expect.step(["send", args[2].subject]);
        return { is_sent: true, order: "S00005", seconds: 21, undo_seconds: 10 };
    });
    onRpc("dealflow.offer", "action_withhold", () => {
        expect.step("withhold");
        return true;
    });
    onRpc("dealflow.offer", "action_release", () => {
        expect.step("release");
        return true;
    });
    onRpc("dealflow.price.form", "get_letter", () => ({ ...letter, id: 4 }));
    await mountForm();
    await take("desk");
    await contains(".o_dealflow_sell").click();
    await contains(".o_dealflow_send").click();
    expect.verifySteps([
        ["sell", [[2, 1, 250]]],
        ["send", "Offer S00005"],
    ]);
    await contains(".o_dealflow_withhold").click();
    expect.verifySteps(["withhold"]);
    await contains(".o_dealflow_send").click();
    expect.verifySteps([["send", "Offer S00005"]]);
    await advanceTime(11000);
    expect.verifySteps(["release"]);
    expect(".o_dealflow_withhold").toHaveCount(0);
});
