import { Component, markup, onMounted, useEffect, useRef, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/** The letter with the offer: ready to send with Enter, or to add a word to first; withheld for ten seconds (C25, C26). */
export class OfferLetter extends Component {
    static template = "dealflow.OfferLetter";
    static props = {
        letter: Object,
        contacts: Array,
        isBusy: Boolean,
        sent: [Object, { value: null }],
        hasFailed: { type: Boolean, optional: true },
        onSend: Function,
        onWithhold: Function,
        onRelease: Function,
        onClose: Function,
        onOpenOrder: Function,
        onNew: Function,
    };

    setup() {
        this.body = useRef("body");
        this.send = useRef("send");
        this.state = useState({
            subject: this.props.letter.subject,
            recipientId: this.props.letter.recipients[0]?.id || false,
            // Seconds until the letter leaves; unknown before it is sent.
            left: null,
        });
        onMounted(() => this.send.el?.focus());
        useEffect(
            (sent) => {
                if (sent) {
                    this.countDown();
                }
                return () => clearInterval(this.timer);
            },
            () => [this.props.sent]
        );
        useHotkey("control+enter", () => this.onSend(), { bypassEditableProtection: true });
    }

    get markedBody() {
        // The server has sanitized it.
        return markup(this.props.letter.body);
    }

    get recipients() {
        const known = new Map(this.props.letter.recipients.map((recipient) => [recipient.id, recipient]));
        for (const contact of this.props.contacts) {
            known.set(contact.id, contact);
        }
        return [...known.values()];
    }

    get recipient() {
        return this.recipients.find((recipient) => recipient.id === this.state.recipientId);
    }

    onRecipient(ev) {
        this.state.recipientId = Number(ev.target.value);
    }

    onSend() {
        if (this.props.isBusy || this.props.sent) {
            return null;
        }
        return this.props.onSend({
            subject: this.state.subject,
            body: this.body.el.innerHTML,
            recipient_ids: this.state.recipientId ? [this.state.recipientId] : [],
        });
    }

    /** The server keeps the letter for so long; then it leaves, even if nobody waits for it here. */
    countDown() {
        const until = DateTime.now().toMillis() + this.props.sent.undo_seconds * 1000;
        this.state.left = this.props.sent.undo_seconds;
        this.timer = setInterval(() => {
            this.state.left = Math.max(Math.ceil((until - DateTime.now().toMillis()) / 1000), 0);
            if (!this.state.left) {
                clearInterval(this.timer);
                this.props.onRelease();
            }
        }, 250);
    }

    get hasLeft() {
        return this.state.left === 0;
    }

    get told() {
        const words = {
            order: this.props.letter.order,
            contact: this.recipient?.name || "",
            seconds: this.props.sent.seconds,
        };
        return this.hasLeft
            ? _t("The offer %(order)s has left for %(contact)s, %(seconds)s s after the form was opened.", words)
            : _t("The offer %(order)s is on its way to %(contact)s, %(seconds)s s after the form was opened.", words);
    }
}
