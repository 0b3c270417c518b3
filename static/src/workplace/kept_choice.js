import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";

/**
 * What a person has chosen on the workplace, kept in this tab: whoever comes back from a card, from another menu or from a
 * lost connection finds the same client, and what they had typed.
 */
export class KeptChoice {
    constructor() {
        this.key = `dealflow.workplace.${user.userId}.${user.activeCompany?.id || 0}`;
    }

    load() {
        try {
            return JSON.parse(browser.sessionStorage.getItem(this.key)) || {};
        } catch {
            return {};
        }
    }

    save(choice) {
        browser.sessionStorage.setItem(this.key, JSON.stringify(choice));
    }
}
