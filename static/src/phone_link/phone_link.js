const NUMBER = /\+?[ (]*\d[\d .()/\u00a0-]*/;
/** With fewer digits it is an extension or a code of the telephone system. */
const FEWEST_DIGITS = 5;

/**
 * The address that calls a number as somebody has written it, without the remark or the extension behind it; empty for
 * what is no number of the outside.
 */
export function phoneLink(phone) {
    const [number] = phone?.match?.(NUMBER) || [];
    const dialed = number?.replace(/[^+\d]/g, "") || "";
    return dialed.replace("+", "").length >= FEWEST_DIGITS ? `tel:${dialed}` : "";
}
