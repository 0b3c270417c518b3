import { Component, useEffect, useRef } from "@odoo/owl";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/views/fields/formatters";

/** The products with stock, prices and what this client paid last (C17 to C19). */
export class ProductList extends Component {
    static template = "dealflow.PriceProductList";
    static props = {
        rows: Array,
        total: Number,
        columns: Array,
        order: String,
        chosenId: [Number, { value: false }],
        selectedIds: Object,
        formatMoney: Function,
        onSort: Function,
        onChoose: Function,
        onAdd: Function,
        onMore: Function,
        onResize: Function,
    };

    setup() {
        this.table = useRef("table");
        useEffect(
            () => {
                this.table.el?.querySelector("tr.table-active")?.scrollIntoView({ block: "nearest" });
            },
            () => [this.props.chosenId]
        );
    }

    get shownColumns() {
        return this.props.columns.filter((column) => !column.isHidden);
    }

    rowClass(row) {
        return {
            "table-active": row.id === this.props.chosenId,
            "fw-bold": this.props.selectedIds.has(row.id),
        };
    }

    number(value) {
        return formatFloat(value, { digits: [16, 2], trailingZeros: false });
    }

    /** A product that is not kept in stock has no figures: nothing is shown, not zero. */
    stock(row, column) {
        return row.stock?.[column.group] || null;
    }

    stockTip(stock) {
        const parts = [_t("Forecast: %s", this.number(stock.forecast))];
        if (stock.incoming) {
            const day = stock.incoming_date ? ` (${formatDate(deserializeDate(stock.incoming_date))})` : "";
            parts.push(_t("Incoming: %s", this.number(stock.incoming)) + day);
        }
        return parts.join("\n");
    }

    day(value) {
        return value ? formatDate(deserializeDate(value)) : "";
    }

    sortMark(column) {
        const [key, direction] = this.props.order.split(" ");
        return key === column.key ? (direction === "desc" ? "fa-sort-desc" : "fa-sort-asc") : "";
    }

    startResize(column, ev) {
        const cell = ev.target.closest("th");
        const start = { x: ev.clientX, width: cell.offsetWidth };
        const onMove = (move) => {
            cell.style.width = `${Math.max(start.width + move.clientX - start.x, 40)}px`;
        };
        const onUp = () => {
            window.removeEventListener("pointermove", onMove);
            this.props.onResize(column, cell.offsetWidth);
        };
        window.addEventListener("pointermove", onMove);
        window.addEventListener("pointerup", onUp, { once: true });
    }
}
