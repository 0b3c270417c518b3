import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";

const { DateTime } = luxon;

/** A selection of an earlier day is no longer offered: its prices are not today's. */
const HOURS = 24;

/**
 * The selection of a form that has not been sold yet, kept in this browser for each client, so that neither a lost
 * connection nor a closed tab costs it.
 */
export class KeptSelection {
    constructor(clientId) {
        this.key = `dealflow.price_form.${user.userId}.${user.activeCompany?.id || 0}.${clientId || 0}`;
    }

    /** @returns {{lines: Object[], reason: string} | null} */
    load() {
        try {
            const kept = JSON.parse(browser.localStorage.getItem(this.key));
            return kept && DateTime.now().toMillis() - kept.at < HOURS * 3600 * 1000 ? kept : null;
        } catch {
            return null;
        }
    }

    save(selection) {
        if (selection.lines.length) {
            browser.localStorage.setItem(this.key, JSON.stringify({ ...selection, at: DateTime.now().toMillis() }));
        } else {
            this.clear();
        }
    }

    clear() {
        browser.localStorage.removeItem(this.key);
    }
}
