import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { contains, getService, mountWithCleanup, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError, rpc } from "@web/core/network/rpc";
import { WebClient } from "@web/webclient/webclient";
import { PriceForm } from "@dealflow/price_form/price_form";
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
    form("get_client", ({ args, kwargs }) => {
        expect.step(["get_client", args[0], kwargs.legal_entity_id || false]);
        return { ...start, client: args[0] === 7 ? client : { id: args[0], name: "Other" }, warnings: ["Unconfirmed"] };
    });
    form("get_transactions", () => []);
    form("get_competitor_prices", () => []);
    form("get_suggestion", () => ({}));
    form("get_line_prices", ({ args }) =>
        args[1].map((line) => ({
            product_id: line.product_id,
            price: products.find((row) => row.id === line.product_id).price - (line.quantity > 9 ? 10 : 0),
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
    onRpc("dealflow.offer", "read", () => [{ id: 11, has_failed: true }]);
    await advanceTime(11000);
    await animationFrame();
    expect.verifySteps(["release"]);
    expect(".o_dealflow_withhold").toHaveCount(0);
    expect(".o_dealflow_offer_letter .alert-danger").toHaveText(/mail server has refused/);
});

test.tags("desktop");
test("Enter takes the row that the arrows have marked", async () => {
    await mountForm();
    await contains(".o_dealflow_price_search").press("ArrowDown");
    await contains(".o_dealflow_price_search").press("Enter");
    expect(queryAllTexts(".o_dealflow_price_lines tr[data-line] td:first-child")).toEqual(["Desk"]);
});

test.tags("desktop");
test("what is typed last is sold, at its own price", async () => {
    await mountForm();
    await take("chair");
    await contains(".o_dealflow_quantity").edit("12", { confirm: false });
    await contains(".o_dealflow_quantity").press(["control", "Enter"]);
    await animationFrame();
    expect.verifySteps([["sell", [[1, 12, 90]]]]);
});

test.tags("desktop");
test("SELL waits for the price of a quantity", async () => {
    await mountForm();
    await take("chair");
    await contains(".o_dealflow_quantity").edit("12", { confirm: "blur" });
    await contains(".o_dealflow_sell").click();
    expect.verifySteps([["sell", [[1, 12, 90]]]]);
});

test.tags("desktop");
test("another legal entity, contact or recipient is taken over", async () => {
    start.entities = [client, { id: 9, name: "Acme Trade" }];
    start.contacts.push({ id: 10, name: "Bob", email: "bob@example.com", function: false });
    let sold, sent;
    sell = (args) => {
        sold = args[1];
        return letter;
    };
    onRpc("dealflow.price.form", "send_letter", ({ args }) => {
        sent = args[2];
        return { is_sent: true, order: "S00005", seconds: 21, undo_seconds: 10 };
    });
    await mountForm();
    await take("chair");
    await contains("select.o_dealflow_entity").select("9");
    await contains("select.o_dealflow_contact").select("10");
    expect.verifySteps([["get_client", 7, 9]]);
    expect(".o_dealflow_price_messages").toHaveText("Unconfirmed");
    await contains(".o_dealflow_sell").click();
    expect.verifySteps([["sell", [[1, 1, 100]]]]);
    expect([sold.legal_entity_id, sold.contact_id]).toEqual([9, 10]);
    await contains("#dealflow_offer_to").select("10");
    await contains(".o_dealflow_send").click();
    expect(sent.recipient_ids).toEqual([10]);
});

test.tags("desktop");
test("a price that was typed for one client is none for another", async () => {
    let component;
    patchWithCleanup(PriceForm.prototype, {
        setup() {
            super.setup(...arguments);
            component = this;
        },
    });
    await mountForm();
    await take("chair");
    await contains(".o_dealflow_price").edit("80");
    await advanceTime(500);
    await component.onClient(12);
    await advanceTime(500);
    await animationFrame();
    await contains(".o_dealflow_sell").click();
    expect.verifySteps([
        ["get_client", 12, false],
        ["sell", [[1, 1, 100]]],
    ]);
});
