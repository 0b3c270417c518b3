import { expect, test } from "@odoo/hoot";
import { phoneLink } from "@dealflow/phone_link/phone_link";

test("only digits and the plus are dialled", () => {
    expect(phoneLink("+1 (202) 555-01.23")).toBe("tel:+12025550123");
});

test("nobody is called without a number", () => {
    expect(phoneLink("")).toBe("");
    expect(phoneLink(false)).toBe("");
});
