import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";

/**
 * Whose figures a block of the start page shows. What a person chose last is remembered in the browser; until then a head
 * of sales sees all, and so does who only looks, because nothing is his; a seller sees his own.
 *
 * @param {string} block name of the block
 * @param {boolean} isMineForSellers whether a seller begins with his own; else he begins with all, too
 * @returns {{load: () => Promise<boolean>, save: (isMine: boolean) => void}}
 */
export function useOwnerChoice(block, isMineForSellers = true) {
    const key = `dealflow.start.${block}.${user.userId}`;
    return {
        async load() {
            const chosen = browser.localStorage.getItem(key);
            if (chosen === null) {
                return (
                    isMineForSellers &&
                    (await user.hasGroup("dealflow.group_user_own")) &&
                    !(await user.hasGroup("dealflow.group_user_team"))
                );
            }
            return chosen === "mine";
        },
        save(isMine) {
            browser.localStorage.setItem(key, isMine ? "mine" : "all");
        },
    };
}
