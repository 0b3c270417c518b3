import { registry } from "@web/core/registry";

const SENT = [
    { trigger: "form[data-model_name='crm.lead'] a.s_website_form_send", run: "click", expectUnloadPage: true },
    { trigger: "body:contains(Thank You)" },
];

/** A visitor fills in the form of the site and sends it. */
registry.category("web_tour.tours").add("dealflow_website_form", {
    steps: () => [
        { trigger: "form input[name=contact_name]", run: "edit Вера Константинопольская-Преображенская" },
        { trigger: "form input[name=phone]", run: "edit 8 (495) 123-45-67" },
        { trigger: "form input[name=email_from]", run: "edit vera@example.com" },
        { trigger: "form input[name=partner_name]", run: "edit ООО «Вера»" },
        { trigger: "form input[name=name]", run: "edit Twenty chairs of the tour" },
        { trigger: "form textarea[name=description]", run: "edit Please call." },
        ...SENT,
    ],
});

/** The same with nothing but what they want. */
registry.category("web_tour.tours").add("dealflow_website_form_without_name", {
    steps: () => [{ trigger: "form textarea[name=description]", run: "edit Nameless of the tour" }, ...SENT],
});
