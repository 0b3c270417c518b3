// The hands and eyes of scripts/walk in the web client: what is there to be pressed, and what has come of it.
() => {
    const isThere = (node) => node.checkVisibility() && !node.closest("[aria-hidden=true], .o_inactive_modal");
    const words = (node) => (node.innerText || node.title || node.ariaLabel || "").trim().replace(/\s+/g, " ");
    const all = (selector, root = document) => [...root.querySelectorAll(selector)].filter(isThere);
    // Dialogs lie above the page: as long as there is one, only what is in it can be reached.
    const top = () => all(".modal:not(.o_inactive_modal)").at(-1);
    const root = () => top() ?? document.querySelector(".o_action_manager");
    const services = () => odoo.__WOWL_DEBUG__.root.env.services;

    // Buttons that call the server, by the name of what they call; those in lines and on cards once.
    const buttons = () => {
        const found = new Map();
        for (const node of all("button[name], a[name][type=object], .o_statusbar_buttons button", root())) {
            if (node.closest(".o_cp_action_menus, .o_notebook_headers, .o_field_widget .o_field_widget")) continue;
            const name = node.getAttribute("name");
            if (name && !node.disabled && !node.classList.contains("nav-link") && !found.has(name)) {
                found.set(name, { name, words: words(node) });
            }
        }
        return [...found.values()];
    };
    const state = () => {
        const dialog = top();
        const controller = services().action.currentController;
        return {
            view: controller?.view?.type ?? controller?.action?.tag ?? "",
            model: controller?.props?.resModel ?? "",
            resId: controller?.getLocalState?.()?.resId ?? controller?.props?.resId ?? 0,
            title: document.title,
            isNew: Boolean(document.querySelector(".o_form_view .o_form_status_indicator_buttons:not(.invisible)")),
            dialog: !dialog
                ? null
                : {
                      title: words(dialog.querySelector(".modal-title") ?? dialog),
                      body: words(dialog.querySelector(".modal-body") ?? dialog).slice(0, 300),
                      isError: Boolean(dialog.querySelector(".o_error_dialog") || dialog.matches(".o_error_dialog")),
                      isForm: Boolean(dialog.querySelector(".o_form_view")),
                  },
            notices: all(".o_notification").map((node) => ({
                body: words(node),
                isBad: Boolean(node.querySelector(".bg-danger, .bg-warning")),
            })),
        };
    };
    const click = (selector, index = 0) => {
        const node = all(selector, selector.startsWith(".o-overlay") ? document : root())[index];
        node?.click();
        return Boolean(node);
    };
    const press = (name) => click(`[name="${CSS.escape(name)}"]:is(button, a):not(.nav-link)`);

    // Everything the form asks for: lists of choices take their first entry, the rest what fits its kind.
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const type = (input, value) => {
        input.focus();
        input.value = value;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const fillField = async (field) => {
        const input = all("input, textarea, select", field)[0];
        if (!input) {
            const editable = all("[contenteditable=true]", field)[0];
            if (editable) {
                editable.focus();
                document.execCommand("insertText", false, "Walk");
            }
            return;
        }
        if (input.localName === "select") {
            input.value = [...input.options].find((option) => option.value && option.value !== "false")?.value;
            input.dispatchEvent(new Event("change", { bubbles: true }));
        } else if (field.querySelector(".o-autocomplete")) {
            input.click();
            input.focus();
            for (let round = 0; round < 20; round++) {
                await sleep(150);
                const entry = all(".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) a").find(
                    (node) => !node.closest(".o_m2o_dropdown_option") && words(node) !== "Loading..."
                );
                if (entry) {
                    entry.click();
                    await sleep(200);
                    return;
                }
            }
        } else if (input.type === "checkbox" || input.type === "radio") {
            input.click();
        } else if (!input.value || /^0([.,]0+)?$/.test(input.value)) {
            const isDate = field.matches(".o_field_date, .o_field_datetime, .o_field_daterange");
            const isNumber = field.matches(".o_field_integer, .o_field_float, .o_field_monetary");
            type(input, isDate ? "01/07/2030" : isNumber ? "1" : "Walk");
            // The calendar below a date goes away when something else is pointed at.
            if (isDate) document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
        }
        await sleep(100);
    };
    // Required fields in order, those of the row that is being edited in a list too.
    const fill = async (isAll = false) => {
        const selector = isAll ? ".o_field_widget:not(.o_readonly_modifier)" : ".o_required_modifier";
        for (const field of all(`:is(.o_form_view, .o_selected_row) ${selector}`, root())) {
            if (!field.closest(".o_field_x2many") && field.closest(".modal") === (top() ?? null)) {
                const input = field.querySelector("input, textarea, select");
                const isEmpty = !input?.value || /^0([.,]0+)?$/.test(input.value);
                if (isEmpty || field.classList.contains("o_field_invalid")) await fillField(field);
            }
        }
    };
    // What is cut off or runs out of the window.
    const overflow = () => {
        const width = document.documentElement.clientWidth;
        const isWide = document.documentElement.scrollWidth > width + 1;
        return isWide ? `the page is ${document.documentElement.scrollWidth} wide in a window of ${width}` : "";
    };
    window.walk = { all, buttons, click, fill, overflow, press, services, sleep, state, words };
};
