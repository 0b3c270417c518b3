const NUMBER = /\+?[ (]*\d[\d .()/\u00a0-]*/;

/** The address that calls a number as somebody has written it, without the remark or the extension behind it. */
export function phoneLink(phone) {
    const [number] = phone?.match?.(NUMBER) || [];
    return number ? `tel:${number.replace(/[^+\d]/g, "")}` : "";
}
