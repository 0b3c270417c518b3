import { registry } from "@web/core/registry";

const dialog = ".modal:contains(Accept)";

/** A client accepts an offer in the portal, and adds a word (C78). */
registry.category("web_tour.tours").add("dealflow_portal_offer", {
    steps: () => [
        { content: "the page is ready", trigger: "body[is-ready=true]" },
        { content: "sign", trigger: ".o_portal_sale_sidebar .btn-primary", run: "click" },
        {
            content: "a word to the responsible person",
            trigger: `${dialog} textarea[name=dealflow_words]`,
            run: "edit Please deliver on Monday",
        },
        {
            content: "the name",
            trigger: `${dialog} .o_web_sign_name_and_signature input`,
            run: "edit Joel Client",
        },
        { content: "the signature is drawn", trigger: `${dialog} canvas.o_web_sign_signature`, run: "canvasNotEmpty" },
        {
            content: "accept",
            trigger: `${dialog} .o_portal_sign_submit:enabled`,
            run: "click",
            expectUnloadPage: true,
        },
        { content: "it is accepted", trigger: "#quote_content:contains(Thank You)" },
    ],
});
