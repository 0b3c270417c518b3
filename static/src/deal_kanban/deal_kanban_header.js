import { RottingKanbanHeader } from "@mail/js/rotting_mixin/rotting_kanban_header";
import { formatMonetary } from "@web/views/fields/formatters";

/** Adds the number of deals and, where it differs from the total, the weighted total of the column. */
export class DealKanbanHeader extends RottingKanbanHeader {
    static template = "dealflow.DealKanbanHeader";

    /** The examples that Odoo draws on an empty board are no deals. */
    get hasTotals() {
        const isOpen = this.env.isSmall || !this.group.isFolded;
        return isOpen && this.progressBar?.isReady && this.group.count && !this.group.model.useSampleModel;
    }

    get count() {
        return this.props.progressBarState.getGroupCount(this.group) || this.group.count;
    }

    /** Empty for columns in several currencies: their sum would mean nothing. */
    get weightedTotal() {
        const { group, progressBarState } = this.props;
        const { weighted_amount: field } = this.props.list.fields;
        const { value, currencies = [] } = progressBarState.getAggregateValue(group, field);
        if (currencies.length !== 1 || value === this.groupAggregate.value) {
            return "";
        }
        return formatMonetary(value, { currencyId: currencies[0], humanReadable: true });
    }
}
