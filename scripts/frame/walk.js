// The hands and eyes of scripts/walk in the web client: what is there to be pressed, and what has come of it. It runs at
// the beginning of every page, before Odoo looks at what it calls of the browser.
(() => {
    // What is on its way: requests, scripts, and the clipboard. A person who leaves a page waits for what he has begun.
    let pending = 0;
    const sent = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (...options) {
        pending++;
        this.addEventListener("loadend", () => pending--);
        return sent.apply(this, options);
    };
    const counted =
        (call) =>
        (...options) => {
            const promise = call(...options);
            pending++;
            const end = () => pending--;
            promise.then(end, end);
            return promise;
        };
    window.fetch = counted(window.fetch.bind(window));
    if (navigator.clipboard) {
        navigator.clipboard.writeText = counted(navigator.clipboard.writeText.bind(navigator.clipboard));
    }
    // Odoo fetches the editor and charts when they are first needed, and goes on when they have come.
    const wait = (node) => {
        pending++;
        for (const event of ["load", "error"]) node.addEventListener(event, () => pending--, { once: true });
    };
    new MutationObserver((changes) => {
        if (document.readyState !== "complete") return;
        for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
            if (node.matches?.("script[src], link[rel=stylesheet][href]")) wait(node);
        }
    }).observe(document, { childList: true, subtree: true });
    // A second window would be looked at by nobody: its page is fetched, and has to be there.
    window.open = (address) => {
        fetch(address).then((answer) => {
            if (answer.status >= 400) console.error(`${address} answers ${answer.status}`);
        });
        return { closed: false, focus() {}, close() {} };
    };

    // The console shows the last of several errors, of which the first tells what has happened.
    window.addEventListener("unhandledrejection", ({ reason }) => {
        let cause = reason?.cause;
        while (cause?.cause) cause = cause.cause;
        if (cause) console.error(`the cause: ${cause.stack ?? cause}`);
    });

    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const isThere = (node) =>
        node.checkVisibility() &&
        !node.closest("[aria-hidden=true], .o_inactive_modal") &&
        // Rows that Odoo invents where there are none.
        !node.closest(".o_view_sample_data :is(.o_renderer, .o_list_renderer, .o_kanban_renderer)");
    const words = (node) => (node.innerText || node.title || node.ariaLabel || "").trim().replace(/\s+/g, " ");
    const all = (selector, root = document) => [...root.querySelectorAll(selector)].filter(isThere);
    // Dialogs lie above the page: as long as there is one, only what is in it can be reached.
    const top = () => all(".modal:not(.o_inactive_modal)").at(-1);
    const root = () => top() ?? document.querySelector(".o_action_manager");
    const isClient = () => Boolean(window.odoo?.__WOWL_DEBUG__?.root && document.querySelector(".o_main_navbar"));
    const services = () => odoo.__WOWL_DEBUG__.root.env.services;

    // Nothing on its way in or out, nothing being drawn, for as long as it takes Odoo to think of something else.
    const unfinished = () =>
        pending
            ? `${pending} requests`
            : document.readyState !== "complete"
              ? "the page"
              : document.querySelector(".o_blockUI, .o_skeleton, .modal.fade:not(.show)")
                ? "a veil"
                : isClient() && odoo.__WOWL_DEBUG__.root.__owl__.app.scheduler.tasks.size
                  ? "the drawing of a component"
                  : "";
    const rest = async (quiet = 70, longest = 60000) => {
        const started = performance.now();
        let last = started;
        while (performance.now() - last < quiet) {
            await sleep(20);
            const waitingFor = unfinished();
            if (waitingFor) last = performance.now();
            if (performance.now() - started > longest) throw new Error(`no rest after ${longest} ms: ${waitingFor}`);
        }
        return true;
    };

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
        if (!isClient()) return { away: location.pathname, title: document.title, dialog: null, notices: [] };
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
    // What is folded away, for lack of room or into a group, is unfolded first.
    const press = async (name) => {
        const selector = `[name="${CSS.escape(name)}"]:is(button, a):not(.nav-link)`;
        if (click(selector)) return true;
        const folded =
            ".o_button_more, .o_dealflow_button_group, .o_statusbar_buttons .dropdown-toggle, " +
            ".o_dropdown_kanban > .o-dropdown";
        for (const more of [...root().querySelectorAll(folded)].slice(0, 8)) {
            more.click();
            await sleep(100);
            const entry = all(`.o-dropdown--menu ${selector}`)[0];
            if (entry) {
                entry.click();
                return true;
            }
            more.click();
            await sleep(50);
        }
        return false;
    };

    // What can be pressed on a screen that is no view, by its words; of rows that only differ in numbers the first.
    const things = () => {
        const found = new Map();
        const outside = ".o_navbar, .o_breadcrumb, .o_cp_searchview, [download], [href^=http], [href^=mailto]";
        for (const node of all("button, a[href], [role=button]", document.querySelector(".o_action_manager"))) {
            const key = words(node).replace(/\d[\d.,\s]*/g, "#");
            if (key && !node.disabled && !node.closest(outside) && !found.has(key)) found.set(key, node);
        }
        return found;
    };
    const pressThing = (key) => {
        const node = things().get(key);
        node?.click();
        return Boolean(node);
    };

    // The views of an action: the buttons of each with the expressions that hide them.
    const views = async (actionId) => {
        const action = await services().action.loadAction(actionId);
        if (!action?.res_model || !action.views) return null;
        const options = { toolbar: false, action_id: action.id };
        const search = [action.search_view_id?.[0] ?? false, "search"];
        const answer = await services().orm.call(action.res_model, "get_views", [[...action.views, search]], {
            options,
            context: action.context,
        });
        const found = {};
        for (const [kind, { id, arch }] of Object.entries(answer.views)) {
            const tree = new DOMParser().parseFromString(arch, "text/xml").documentElement;
            const isStatic = (value) => ["1", "True", "true"].includes(value);
            const offered = {};
            const names = {};
            for (const node of tree.querySelectorAll("button[name], a[name][type=object], a[name][type=action]")) {
                if (node.hasAttribute("special") || node.parentElement.closest("field")) continue;
                names[node.getAttribute("name")] ??= node.getAttribute("string") ?? "";
                const conditions = [];
                for (let part = node; part && part !== tree; part = part.parentElement) {
                    for (const name of ["invisible", "column_invisible", "t-if"]) {
                        if (part.getAttribute(name)) conditions.push(part.getAttribute(name));
                    }
                }
                if (!conditions.some(isStatic)) (offered[node.getAttribute("name")] ??= []).push(conditions);
            }
            found[kind] = { id, offered, words: names };
        }
        return { model: action.res_model, views: found, fields: Object.keys(answer.models[action.res_model].fields) };
    };
    const exists = async (model, id) => {
        const context = { active_test: false };
        return Boolean(await services().orm.searchCount(model, [["id", "=", id]], { context }));
    };
    // For each button the records, of the newest ones, on which nothing hides it.
    const choose = async (model, domain, context, offered, fields) => {
        const { evaluateBooleanExpr } = odoo.loader.modules.get("@web/core/py_js/py");
        const { user } = odoo.loader.modules.get("@web/core/user");
        const words = new Set(JSON.stringify(offered).match(/[a-z_]\w*/gi));
        const named = fields.filter((name) => words.has(name));
        const newest = { limit: 60, order: "id desc", context: { ...context, bin_size: true } };
        const { orm } = services();
        // Where something may not be read, the page itself has to show what it hides.
        const rows = await orm
            .searchRead(model, domain, named, newest)
            .catch(() => orm.searchRead(model, domain, ["id"], newest));
        const chosen = {};
        for (const [button, places] of Object.entries(offered)) {
            const isShown = (row) =>
                places.some((conditions) => {
                    const values = { ...user.context, context: user.context, uid: user.userId, ...row };
                    for (const [name, value] of Object.entries(row)) {
                        if (Array.isArray(value) && typeof value[1] === "string") values[name] = value[0];
                    }
                    try {
                        return !conditions.some((condition) => evaluateBooleanExpr(condition, values));
                    } catch {
                        return true;
                    }
                });
            chosen[button] = rows.filter(isShown).map((row) => row.id);
        }
        return { chosen, count: rows.length };
    };

    // Everything the form asks for: lists of choices take their first entry, the rest what fits its kind.
    const type = (input, value) => {
        input.focus();
        input.value = value;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const fillField = async (field) => {
        const input = all("input, textarea, select", field)[0];
        if (!input) {
            all(".o_selection_badge", field)[0]?.click();
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
            for (let round = 0; round < 3; round++) {
                await sleep(300);
                await rest(60);
                const entry = all(".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) a").find(
                    (node) => !node.closest(".o_m2o_dropdown_option") && words(node) !== "Loading..."
                );
                if (entry) {
                    entry.click();
                    await rest(60);
                    return;
                }
            }
            // A text with proposals takes any words.
            if (!field.matches("[class*=many2]")) type(input, "Walk");
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
            const isOfLine = field.closest(".o_field_x2many") && !field.closest(".o_selected_row");
            if (!isOfLine && field.closest(".modal") === (top() ?? null)) {
                const input = field.querySelector("input, textarea, select");
                const isEmpty = !input?.value || /^0([.,]0+)?$/.test(input.value);
                if (isEmpty || field.classList.contains("o_field_invalid")) await fillField(field);
            }
        }
    };
    // What is demanded and still empty, because there is nothing to be chosen for it.
    const unfilled = () =>
        all(".o_field_widget.o_field_invalid[name]", root())
            .filter((field) => {
                const input = field.querySelector("input, textarea, select");
                return !input?.value && !field.querySelector(".o_tag, .o_data_row");
            })
            .map((field) => field.getAttribute("name"));
    // What is cut off or runs out of the window.
    const overflow = () => {
        const width = document.documentElement.clientWidth;
        const isWide = document.documentElement.scrollWidth > width + 1;
        return isWide ? `the page is ${document.documentElement.scrollWidth} wide in a window of ${width}` : "";
    };
    window.walk = {
        all,
        buttons,
        choose,
        click,
        exists,
        fill,
        isClient,
        overflow,
        press,
        pressThing,
        rest,
        services,
        sleep,
        state,
        things: () => [...things().keys()],
        unfilled,
        views,
        words,
    };
})();
