import { expect, test } from "@odoo/hoot";
import { phoneLink } from "@dealflow/phone_link/phone_link";

test("only digits and the plus are dialled", () => {
    expect(phoneLink("+1 (202) 555-01.23")).toBe("tel:+12025550123");
});

test("nobody is called without a number", () => {
    expect(phoneLink("")).toBe("");
    expect(phoneLink(false)).toBe("");
});

test("a remark or an extension behind the number is not dialled", () => {
    expect(phoneLink("тел. 0888 123 456, вътр. 102")).toBe("tel:0888123456");
    expect(phoneLink("+49 (0)30 1234-5 (Abt. 7)")).toBe("tel:+4903012345");
    expect(phoneLink("ask Ann")).toBe("");
    expect(phoneLink("102")).toBe("");
});
