import { rpc } from "@web/core/network/rpc";

/**
 * Keeps the words that a client has written beside the signature.
 *
 * @param {HTMLElement} el somewhere in the form that has the box for the words
 */
export async function keepWords(el) {
    const box = el.closest("form")?.querySelector("textarea[name='dealflow_words']");
    if (box?.value.trim()) {
        await rpc(box.dataset.url, { words: box.value });
    }
}
