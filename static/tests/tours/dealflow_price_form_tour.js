import { registry } from "@web/core/registry";

const search = ".o_dealflow_price_search";
const line = (name) => `.o_dealflow_price_lines tr[data-line]:contains(${name})`;

/** Take a product by a word of its name: type, Enter, and Enter again to leave its quantity at one. */
const take = (word, name, leave = "press Enter") => [
    { content: `look for ${word}`, trigger: `${search}:focus`, run: `edit ${word}` },
    { content: "take the marked product", trigger: search, run: "press Enter" },
    { content: `${name} is selected`, trigger: `${line(name)} .o_dealflow_quantity:focus`, run: leave },
];

/** The actions of an offer of three products: no more than twelve (C15). */
const offer = [
    { content: "from the card", trigger: ".o_form_view button[name=action_dealflow_open_price_form]", run: "click" },
    { content: "its contact is known", trigger: ".o_dealflow_contact:contains(Tour Buyer)" },
    ...take("table", "Tour Table"),
    ...take("lamp", "Tour Lamp"),
    ...take("shelf", "Tour Shelf", "press control+Enter"),
    { content: "the letter is ready", trigger: ".o_dealflow_letter_body:contains(Tour Buyer)" },
    { content: "with its PDF", trigger: ".o_dealflow_offer_letter a:has(.fa-file-pdf-o)" },
    { content: "Enter sends", trigger: ".o_dealflow_send:focus", run: "press Enter" },
];
const MOST_ACTIONS = 12;
const actions = offer.filter((step) => step.run).length;
if (actions > MOST_ACTIONS) {
    throw new Error(`An offer of three products takes ${actions} actions instead of ${MOST_ACTIONS}`);
}

registry.category("web_tour.tours").add("dealflow_offer_in_seconds", {
    steps: () => [
        ...offer,
        { content: "it is on its way", trigger: ".alert-success:contains(is on its way to)" },
        { content: "and can be taken back", trigger: ".o_dealflow_withhold", run: "click" },
        { content: "it is ready to go again", trigger: ".o_dealflow_send:focus", run: "press Enter" },
        { content: "after ten seconds it has left", trigger: ".alert-success:contains(has left for)", timeout: 20000 },
        { content: "back to the card", trigger: ".o_dealflow_done", run: "click" },
        { trigger: ".o_form_view button[name=action_dealflow_open_price_form]" },
    ],
});

registry.category("web_tour.tours").add("dealflow_offer_below_minimum", {
    steps: () => [
        { trigger: ".o_form_view button[name=action_dealflow_open_price_form]", run: "click" },
        ...take("table", "Tour Table"),
        {
            content: "a price too low",
            trigger: `${line("Tour Table")} .o_dealflow_price`,
            run: "edit 10 && press Enter",
        },
        { content: "is marked as it is typed", trigger: `${line("Tour Table")}.table-warning:contains(minimum)` },
        { content: "SELL", trigger: ".o_dealflow_sell", run: "click" },
        { content: "is refused in words", trigger: ".modal:contains(Tour Table):contains(minimum)" },
        { trigger: ".modal .btn-primary", run: "click" },
        { content: "the selection is still there", trigger: line("Tour Table") },
        {
            content: "the right price",
            trigger: `${line("Tour Table")} .o_dealflow_price`,
            run: "edit 100 && press Enter",
        },
        { trigger: `${line("Tour Table")}:not(.table-warning)` },
        { trigger: ".o_dealflow_sell", run: "click" },
        { content: "goes through", trigger: ".o_dealflow_send" },
    ],
});
