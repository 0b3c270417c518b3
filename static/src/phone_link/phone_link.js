/** The address that calls a number as somebody has written it, with the phone or computer of the person. */
export function phoneLink(phone) {
    return phone ? `tel:${phone.replace(/[^+\d]/g, "")}` : "";
}
