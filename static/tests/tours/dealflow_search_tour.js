import { registry } from "@web/core/registry";

const input = ".o_command_palette_search input";
// What is loading would close the palette when it opens.
const opened = { content: "a section is open", trigger: ".o_action_manager .o_view_controller .o_content" };
const hit = (name) => `.o_dealflow_search_hit:contains(${name})`;

registry.category("web_tour.tours").add("dealflow_search_keys", {
    steps: () => [
        opened,
        { content: "from everywhere", trigger: "body", run: "press control+k" },
        { content: "«тюльпан» with the keys of an English keyboard", trigger: input, run: "edit n.kmgfy" },
        { content: "the client is found, and how it was read", trigger: ".o_dealflow_search_hit:contains(тюльпан)" },
        { content: "and its deal", trigger: hit("Tour Greenhouse") },
        { content: "to the deal", trigger: input, run: "press ArrowDown" },
        { trigger: `.o_command.focused ${hit("Tour Greenhouse")}` },
        { trigger: input, run: "press Enter" },
        { content: "it is open", trigger: ".o_form_view .o_last_breadcrumb_item:contains(Tour Greenhouse)" },
        { content: "records alone", trigger: "body", run: "press control+k" },
        { trigger: input, run: "edit =tyulpan" },
        { trigger: hit("Тюльпан Tour") },
        { content: "what was opened last", trigger: input, run: "clear" },
        { trigger: hit("Tour Greenhouse") },
        { trigger: `body:not(:has(${hit("Тюльпан Tour")} .text-uppercase:contains(Clients)))` },
        { content: "nothing is found", trigger: input, run: "edit =qqzzqq" },
        { trigger: ".o_command_palette_listbox_empty:contains(Nothing found)" },
    ],
});

registry.category("web_tour.tours").add("dealflow_search_field", {
    steps: () => [
        opened,
        { content: "in the menu bar", trigger: ".o_dealflow_search_field", run: "click" },
        { content: "it says what to type", trigger: ".o_command_palette_listbox_empty:contains(tax number)" },
        { content: "the phone in another spelling", trigger: input, run: "edit 8 916 5554433" },
        { content: "its client, with what may be done", trigger: `${hit("Тюльпан Tour")} [data-deed=call]` },
        { trigger: `${hit("Тюльпан Tour")} [data-deed=event]`, run: "click" },
        {
            content: "a new event with this client",
            trigger: ".o_dialog [name=business_partner_id] input:value(Тюльпан Tour)",
        },
        { trigger: ".o_dialog .btn-close, .o_dialog .o_form_button_cancel, .o_dialog .oi-arrow-left", run: "click" },
        { trigger: "body:not(:has(.o_dialog))" },
    ],
});
