import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { LocalClock } from "./local_clock";

// Fewer contacts fit; the others come with a click.
const SHOWN = 8;

/** The contacts of the whole group, each called or written to with one click (C09, C12). */
export class ContactList extends Component {
    static template = "dealflow.WorkplaceContacts";
    static components = { LocalClock };
    static props = {
        contacts: Array,
        client: Object,
        contactId: [Number, { value: false }],
        isOpened: Boolean,
        mayWork: Boolean,
        tick: { type: Number, optional: true },
        onChoose: Function,
        onCall: Function,
        onMail: Function,
        onOpen: Function,
        onMore: Function,
    };

    get shown() {
        return this.props.isOpened ? this.props.contacts : this.props.contacts.slice(0, SHOWN);
    }

    /** The position, and the company where the client has several. */
    describe(contact) {
        const { company } = contact;
        const ofOther = company && company.id !== this.props.client.id ? company.name : "";
        return [contact.function, ofOther, contact.region].filter(Boolean).join(" · ");
    }

    chooseTitle(contact) {
        return contact.id === this.props.contactId
            ? _t("Show the events with everybody")
            : _t("Show the events with %(name)s only", { name: contact.name });
    }

    callTitle(contact, phone) {
        return _t("Call %(name)s: %(phone)s", { name: contact.name, phone: phone.number });
    }

    mailTitle(contact) {
        return _t("Write to %(name)s: %(email)s", { name: contact.name, email: contact.email });
    }
}
