import { addJob, dialogButton, dialogField, noDialog } from "./dealflow_jobs";

const logged = [
    { content: "say what came of it", trigger: `${dialogField("result")} textarea`, run: "edit Wants two variants" },
    { trigger: `${dialogField("next_step")} input`, run: "edit Send two variants" },
    { content: "keep it", trigger: dialogButton("action_apply"), run: "click" },
    noDialog,
];

addJob("dealflow_log_call_card", 2, [
    { content: "the card", trigger: ".o_form_view button[name=action_dealflow_log_call]", run: "click" },
    { content: "whom with is known", trigger: `${dialogField("partner_id")} input:value(Tour Buyer)` },
    { content: "and one goes on with the result", trigger: `${dialogField("result")} textarea:focus` },
    ...logged,
]);

const myDay = "[data-block=my_day]";
const dayRow = (name) => `${myDay} tr:contains(${name})`;

addJob("dealflow_finish_call_start", 2, [
    { content: "finish the first", trigger: `${dayRow("Tour first")} .o_dealflow_done`, run: "click" },
    { content: "which one is told", trigger: `${dialogField("event_name")}:contains(Tour first, Tour Client)` },
    { trigger: `${dialogField("result")} textarea`, run: "edit Wants two variants" },
    { content: "with its next step", trigger: `${dialogField("next_step")} input`, run: "edit Send two variants" },
    { trigger: dialogButton("action_apply"), run: "click" },
    { content: "the first is gone, one is still on the page", trigger: `${myDay}:not(:has(tr:contains(Tour first)))` },
    {
        content: "the next one is shown and waits for its key",
        trigger: `${dayRow("Tour second")}.o_dealflow_next .o_dealflow_done:focus`,
    },
]);

addJob("dealflow_open_task_start", 1, [
    { content: "a task of no document", trigger: `${dayRow("Tour task")} a:contains(Tour task)`, run: "click" },
    { content: "opens in a dialog", trigger: `${dialogField("summary")} input:value(Tour task)` },
]);

addJob("dealflow_log_call_start", 2, [
    { content: "the start page", trigger: "[data-block=my_day] .o_dealflow_log_call", run: "click" },
    { content: "whom with is asked first", trigger: `${dialogField("partner_id")} input:focus` },
    { content: "say whom with", trigger: `${dialogField("partner_id")} input`, run: "edit Tour Buyer" },
    {
        content: "Enter takes the first that fits",
        trigger: ".o-autocomplete--dropdown-item:nth-child(1):contains(Tour Buyer):has(.ui-state-active)",
        run: "press Enter",
    },
    { trigger: `${dialogField("partner_id")} input:value(Tour Buyer)` },
    ...logged,
    { content: "still on the start page", trigger: "[data-block=my_day]" },
]);
