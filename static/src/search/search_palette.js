import { Component } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { session } from "@web/session";
import { phoneLink } from "@dealflow/phone_link/phone_link";

/** How long the palette of all commands waits for the next letter; that of records waits by itself. */
const DELAY = 200;
/** What was opened last, on this device; names are asked of the server again. */
const MOST_RECENT = 8;
const DEEDS = {
    call: { icon: "fa-phone", title: _t("Call") },
    event: { icon: "fa-calendar-plus-o", title: _t("New Event") },
    deal: { icon: "fa-briefcase", title: _t("New Deal") },
};

/** One record that was found, with what may be done with it. */
export class SearchHit extends Component {
    static template = "dealflow.SearchHit";
    static props = {
        hit: Object,
        heading: { type: String, optional: true },
        icon: String,
        choose: Function,
        executeCommand: Function,
        name: { type: String, optional: true },
        searchValue: { type: String, optional: true },
        slots: { type: Object, optional: true },
    };

    get deeds() {
        return this.props.hit.deeds.map((key) => ({ key, ...DEEDS[key] }));
    }

    get details() {
        return this.props.hit.details.join(" · ");
    }

    do(deed) {
        this.props.choose(deed);
        this.props.executeCommand();
    }
}

/** Leads to the section with everything of a kind. */
export class SearchMore extends Component {
    static template = "dealflow.SearchMore";
    static props = {
        label: String,
        executeCommand: Function,
        name: { type: String, optional: true },
        searchValue: { type: String, optional: true },
        slots: { type: Object, optional: true },
    };
}

class Recent {
    get key() {
        return `dealflow.search.recent.${session.db}.${user.userId}`;
    }

    get hits() {
        return JSON.parse(browser.localStorage.getItem(this.key) || "[]");
    }

    add(kind, id) {
        const others = this.hits.filter((hit) => hit.kind !== kind || hit.id !== id);
        const hits = [{ kind, id }, ...others].slice(0, MOST_RECENT);
        browser.localStorage.setItem(this.key, JSON.stringify(hits));
    }
}

const recent = new Recent();
let last = 0;
let request;

function openRecord({ services }, { id, model }) {
    if (model === "calendar.event") {
        return services.orm
            .call(model, "action_dealflow_open_card", [[id]])
            .then((action) => services.action.doAction(action));
    }
    return services.action.doAction({
        type: "ir.actions.act_window",
        res_model: model,
        res_id: id,
        views: [[false, "form"]],
    });
}

async function doDeed({ services }, { id, model, phone }, deed) {
    if (deed === "call") {
        // Whoever has an extension calls by the telephone system, which waits for a click on a link.
        const link = document.createElement("a");
        link.href = phoneLink(phone);
        document.body.append(link);
        link.click();
        link.remove();
    } else if (deed === "event") {
        services.action.doAction(await services.orm.call(model, "action_dealflow_new_event", [[id]]));
    } else {
        const { context } = await services.orm.call(model, "action_dealflow_view_deals", [[id]]);
        services.action.doAction({
            type: "ir.actions.act_window",
            res_model: "dealflow.deal",
            views: [[false, "form"]],
            context,
        });
    }
}

/** All have the text as their name, so that the palette, which knows nothing of telephones, keeps them in this order. */
function getCommands(env, { groups, reading }, text) {
    const commands = [];
    for (const { kind, name, icon, hits, has_more } of groups) {
        hits.forEach((hit, place) => {
            let deed;
            const heading =
                commands.length || !reading ? name : _t("%(kind)s, read as “%(text)s”", { kind: name, text: reading });
            commands.push({
                name: text,
                href: `/odoo/${hit.model}/${hit.id}`,
                Component: SearchHit,
                props: { hit, icon, choose: (key) => (deed = key), ...(place ? {} : { heading }) },
                action() {
                    recent.add(kind, hit.id);
                    const chosen = deed;
                    deed = undefined;
                    // Returning nothing closes the palette.
                    if (chosen) {
                        doDeed(env, hit, chosen);
                    } else {
                        openRecord(env, hit);
                    }
                },
            });
        });
        if (has_more) {
            commands.push({
                name: text,
                Component: SearchMore,
                props: { label: _t("Show all: %(kind)s", { kind: name }) },
                async action() {
                    const { action, orm } = env.services;
                    action.doAction(await orm.call("dealflow.search", "show_all", [kind, text]));
                },
            });
        }
    }
    return commands;
}

/** What the command palette shows for a text: a newer text cancels the question about the older one. */
export async function provide(env, { searchValue, isBesideOthers }) {
    const text = (searchValue || "").trim();
    const turn = ++last;
    request?.abort?.(false);
    request = undefined;
    if (isBesideOthers) {
        await new Promise((resolve) => browser.setTimeout(resolve, DELAY));
        if (turn !== last) {
            return [];
        }
    }
    const { orm } = env.services;
    if (text) {
        request = orm.silent.call("dealflow.search", "find", [text]);
    } else if (recent.hits.length) {
        request = orm.silent.call("dealflow.search", "recall", [recent.hits]);
    }
    try {
        return request ? getCommands(env, await request, searchValue) : [];
    } catch (error) {
        if (isBesideOthers) {
            // The other commands are there all the same.
            return [];
        }
        throw error;
    }
}

registry.category("dealflow_search").add("provide", provide);
