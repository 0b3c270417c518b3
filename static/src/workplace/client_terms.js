import { Component } from "@odoo/owl";
import { formatFloat } from "@web/views/fields/formatters";

/** What the segment of the client gets: price list, discount, approach, talking points (C98). */
export class ClientTerms extends Component {
    static template = "dealflow.WorkplaceTerms";
    static props = { terms: Object };

    formatDiscount(discount) {
        return `${formatFloat(discount, { digits: [16, 2], trailingZeros: false })} %`;
    }
}
