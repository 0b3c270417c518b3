import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";

/** Which columns of the products are shown, and in which order: each person's own arrangement (C17). */
export class ColumnsMenu extends Component {
    static template = "dealflow.PriceColumnsMenu";
    static components = { Dropdown };
    static props = { columns: Array, onChange: Function };

    toggle(column) {
        this.props.onChange(
            this.props.columns.map((each) => (each.key === column.key ? { ...each, isHidden: !each.isHidden } : each))
        );
    }

    move(column, step) {
        const columns = [...this.props.columns];
        const index = columns.findIndex((each) => each.key === column.key);
        const [moved] = columns.splice(index, 1);
        columns.splice(Math.max(index + step, 0), 0, moved);
        this.props.onChange(columns);
    }
}
