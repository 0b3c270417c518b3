// What hinders a person with a keyboard or a screen reader on the page that is shown; axe is loaded before.
async (partsOfOdoo) => {
    // Classes that tell of a state, a color or a place in a list, and not of what a node is.
    const unimportant = /_modifier$|color|\d|draggable|wrap_input|^o_list_[a-z]+$|^o_dealflow_icon/;

    // A node and what it stands in, by the names that Odoo's components give to their parts.
    const way = (node) => {
        const parts = [];
        for (; node && node !== document.body && parts.length < 3; node = node.parentElement) {
            const names = [...node.classList].filter((name) => /^o[-_]/.test(name) && !unimportant.test(name));
            parts.unshift([node.localName, ...names.sort()].join("."));
        }
        return parts.join(" > ");
    };

    const finding = (node, values) => ({
        ...values,
        html: node.outerHTML.slice(0, 300),
        way: way(node),
        is_of_odoo: Boolean(node.closest(partsOfOdoo)),
    });

    // A dialog is looked at alone: what lies below it is out of reach.
    const root = document.querySelector(".modal") ?? document;
    const { violations } = await axe.run(root, { resultTypes: ["violations"], elementRef: true, preload: false });
    const found = violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ impact, element, failureSummary }) =>
            finding(element, { rule: id, help, impact, why: failureSummary })
        )
    );

    // Axe sees no handlers of clicks: what says of itself that it is a button must be reached by Tab.
    const isReached = (node) => node.tabIndex >= 0 && (node.localName !== "a" || node.matches("[href], [tabindex]"));
    const unreachable = [...root.querySelectorAll('[role=button], a[href="#"]')].filter(
        (node) => !isReached(node) && node.checkVisibility() && !node.closest("[aria-hidden=true], header")
    );
    found.push(
        ...unreachable.map((node) =>
            finding(node, { rule: "keyboard", help: "What can be clicked must be reached by Tab", impact: "serious" })
        )
    );
    return JSON.stringify(found);
};
