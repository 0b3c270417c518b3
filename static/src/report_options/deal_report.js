import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { WithSearch } from "@web/search/with_search/with_search";
import { formatFloat, formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ReportOptions } from "./report_options";

/** Body of a report: loads the data of `static model` and reloads them when an option or the search changes. */
// eslint-disable-next-line no-restricted-syntax -- what inherits it brings the template
export class DealReport extends Component {
    static components = { Layout, ReportOptions, SearchBar };
    static props = {
        domain: { type: Array },
        state: { type: Object, optional: true },
    };
    static model = "";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.searchBarToggler = useSearchBarToggler();
        this.keepLast = new KeepLast();
        this.state = useState({ data: null });
        this.options = this.props.state?.options || {};
        useSetupAction({ getLocalState: () => ({ options: this.options }) });
        onWillStart(() => this.load(this.props.domain));
        onWillUpdateProps((nextProps) => this.load(nextProps.domain));
    }

    get data() {
        return this.state.data;
    }

    async load(domain) {
        const options = { ...this.options, domain };
        this.state.data = await this.keepLast.add(this.orm.call(this.constructor.model, "get_data", [options]));
        this.options = this.state.data.options;
    }

    /** What the server needs to compute the same figures again. */
    get requestOptions() {
        return { ...this.options, domain: this.props.domain };
    }

    onOptionsChange(changes) {
        const options = { ...this.options, ...changes };
        // One end of the period was moved over the other one: take that day alone.
        if (options.date_from > options.date_to) {
            const day = changes.date_from || changes.date_to;
            Object.assign(options, { date_from: day, date_to: day });
        }
        this.options = options;
        return this.load(this.props.domain);
    }

    async openDeals(...args) {
        const action = await this.orm.call(this.constructor.model, "get_deals_action", [this.requestOptions, ...args]);
        return this.action.doAction(action);
    }

    /** What a click on the figures of a stage, or of the way between two stages, opens. */
    dealsTitle(name) {
        return _t("Open the deals: %(name)s", { name });
    }

    money(amount) {
        return formatMonetary(amount, { currencyId: this.data.currency_id });
    }

    number(value) {
        return formatInteger(value);
    }

    /** At most one digit after the comma; "false" says that there is no figure. */
    decimal(value) {
        return this.isFigure(value) ? formatFloat(value, { digits: [16, 1], trailingZeros: false }) : "–";
    }

    percent(value) {
        return this.isFigure(value) ? `${this.decimal(value)} %` : "–";
    }

    isFigure(value) {
        return typeof value === "number";
    }
}

/** Client action around a report: gives it Odoo's search bar over the deals. */
export class DealReportAction extends Component {
    static template = "dealflow.DealReportAction";
    static components = { WithSearch };
    static props = { ...standardActionServiceProps };
    static Report = DealReport;

    get Report() {
        return this.constructor.Report;
    }

    get withSearchProps() {
        const { action, globalState } = this.props;
        return {
            resModel: "dealflow.deal",
            searchViewId: action.params?.search_view_id || false,
            searchMenuTypes: ["filter", "favorite"],
            loadIrFilters: true,
            activateFavorite: true,
            context: action.context || {},
            ...(globalState ? { globalState } : {}),
        };
    }
}
