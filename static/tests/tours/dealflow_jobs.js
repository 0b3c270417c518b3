import { registry } from "@web/core/registry";

const isClick = (step) => typeof step.run === "string" && /^(click|drag_and_drop)/.test(step.run);

/**
 * Register the tour of a frequent job, and hold it to the number of clicks that the page for sales reps promises.
 *
 * Each click and each drag of a step counts; typing does not, nor do steps that only look.
 */
export function addJob(name, clicks, steps) {
    const made = steps.filter(isClick).length;
    if (made !== clicks) {
        throw new Error(`The job ${name} takes ${made} clicks instead of ${clicks}`);
    }
    registry.category("web_tour.tours").add(name, { steps: () => steps });
}

export const field = (name) => `.o_field_widget[name=${name}]`;
export const dialogField = (name) => `.modal:not(.o_inactive_modal) ${field(name)}`;
export const dialogButton = (name) => `.modal:not(.o_inactive_modal) button[name=${name}]`;
export const noDialog = { content: "the dialog is closed", trigger: "body:not(:has(.modal))" };
