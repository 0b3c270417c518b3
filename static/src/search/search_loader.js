import { Component, xml } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";

/** The key that leads the command palette to records alone; it is on the same key of most keyboards. */
const NAMESPACE = "=";
/** With fewer letters, the palette of all commands asks for none. */
const SHORTEST = 3;

let isEmpty = true;

/** Loads the search with its first use. */
async function load(env, options) {
    isEmpty = !options.searchValue?.trim();
    await loadBundle("dealflow.assets_search");
    return registry.category("dealflow_search").get("provide")(env, options);
}

/** Looks like a field, and opens the command palette; on narrow screens an icon. */
class SearchField extends Component {
    static template = xml`
        <button class="o_dealflow_search_field o_nav_entry" aria-haspopup="dialog"
                t-att-title="title" t-att-aria-label="title" t-on-click="open">
            <span>
                <i class="oi oi-search" aria-hidden="true"/>
                <span t-out="label"/>
                <kbd>Ctrl K</kbd>
            </span>
        </button>`;
    static props = {};

    setup() {
        this.command = useService("command");
        this.label = _t("Search...");
        this.title = _t("Search clients, deals, phones, numbers");
    }

    open() {
        this.command.openMainPalette({ searchValue: NAMESPACE });
    }
}

if (session.dealflow_search) {
    registry.category("command_setup").add(NAMESPACE, {
        debounceDelay: 200,
        // The palette asks for its words each time that it has nothing to show.
        emptyMessage: {
            toString: () =>
                isEmpty
                    ? _t("Type a part of a name, a number, a phone, an e-mail or a tax number.").toString()
                    : _t("Nothing found. Try fewer words, or another part of the name or number.").toString(),
        },
        name: _t("records"),
        placeholder: _t("Search clients, deals, phones, numbers"),
    });
    registry
        .category("command_provider")
        .add("dealflow_search", { namespace: NAMESPACE, provide: load })
        .add("dealflow_search_all", {
            provide: (env, options) =>
                options.searchValue?.trim().length < SHORTEST ? [] : load(env, { ...options, isBesideOthers: true }),
        });
    registry.category("systray").add("dealflow.search", { Component: SearchField }, { sequence: 90 });
}
