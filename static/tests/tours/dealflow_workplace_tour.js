import { addJob, dialogButton, dialogField, noDialog } from "./dealflow_jobs";

const search = ".o_dealflow_price_search";
const line = (name) => `.o_dealflow_price_lines tr[data-line]:contains(${name})`;
const client = { content: "the client of the day is there", trigger: ".o_dealflow_centre h2:contains(Tour Client)" };

const logCall = [
    client,
    { content: "what was said", trigger: ".o_dealflow_call_text", run: "edit Wants two variants" },
    { content: "what is next", trigger: ".o_dealflow_next_step", run: "edit Send two variants" },
    { content: "when, as proposed", trigger: ".o_dealflow_next_start input" },
    { trigger: ".o_dealflow_save_call", run: "click" },
    { content: "among the events", trigger: ".o_dealflow_event_list .o_dealflow_result:contains(Wants two variants)" },
    { content: "the next one is planned", trigger: ".o_dealflow_event_list li:contains(Send two variants)" },
    { content: "ready for the next call", trigger: ".o_dealflow_call_text:value()" },
];

/** Take a product by a word of its name: type, Enter, and Enter again to leave its quantity at one. */
const take = (word, name, leave = "press Enter") => [
    { content: `look for ${word}`, trigger: `${search}:focus`, run: `edit ${word}` },
    { content: "take the marked product", trigger: search, run: "press Enter" },
    { content: `${name} is selected`, trigger: `${line(name)} .o_dealflow_quantity:focus`, run: leave },
];

const offer = [
    client,
    { content: "from the workplace", trigger: ".o_dealflow_workplace .o_dealflow_price", run: "click" },
    { content: "its contact is known", trigger: ".o_dealflow_contact:contains(Tour Buyer)" },
    ...take("table", "Tour Table", "press control+Enter"),
    { content: "Enter sends", trigger: ".o_dealflow_send:focus", run: "press Enter" },
    { content: "it is on its way", trigger: ".alert-success:contains(is on its way to)" },
];

const move = [
    client,
    { trigger: ".o_dealflow_open [data-kind=deal]:contains(Tour Chairs) .o_dealflow_move", run: "click" },
    { content: "the next stage is proposed", trigger: `${dialogField("stage_id")} input:value(Tour offer)` },
    { trigger: `${dialogField("short_status")} input`, run: "edit Offer sent" },
    { trigger: `${dialogField("comment")} textarea`, run: "edit The buyer asked for two variants" },
    { trigger: dialogButton("action_apply"), run: "click" },
    noDialog,
    { content: "it has moved", trigger: ".o_dealflow_open [data-kind=deal]:contains(Tour offer)" },
];

const postpone = [
    client,
    { trigger: ".o_dealflow_open [data-kind=receipt]:contains(Tour Advance) .o_dealflow_postpone", run: "click" },
    { trigger: `${dialogField("date_planned")} input`, run: "edit 02/15/2040" },
    { trigger: `${dialogField("reason")} input`, run: "edit The budget is not signed" },
    { trigger: dialogButton("action_apply"), run: "click" },
    noDialog,
    { content: "its new day", trigger: ".o_dealflow_open [data-kind=receipt]:contains(2040)" },
];

const finish = [
    client,
    { trigger: ".o_dealflow_event_list li:contains(Tour meeting) .o_dealflow_done", run: "click" },
    { content: "which one is told", trigger: `${dialogField("event_name")}:contains(Tour meeting)` },
    { trigger: `${dialogField("result")} textarea`, run: "edit Wants two variants" },
    { content: "with its next step", trigger: `${dialogField("next_step")} input`, run: "edit Send two variants" },
    { trigger: dialogButton("action_apply"), run: "click" },
    noDialog,
    { content: "it is done", trigger: ".o_dealflow_event_list li:contains(Wants two variants):not(:has(button))" },
];

addJob("dealflow_workplace_finish", 2, finish);
addJob("dealflow_workplace_call", 1, logCall);
addJob("dealflow_workplace_offer", 1, offer);
addJob("dealflow_workplace_move", 2, move);
addJob("dealflow_workplace_postpone", 2, postpone);

/** A rep's whole day, with one way back: seven clicks. */
addJob("dealflow_workplace_day", 7, [
    ...logCall,
    ...move,
    ...postpone,
    ...offer,
    { content: "back at the workplace", trigger: ".o_dealflow_offer_letter .o_dealflow_done", run: "click" },
    client,
    { content: "nothing that was done is lost", trigger: ".o_dealflow_event_list li:contains(Send two variants)" },
]);

/** Without a mouse: the client by its phone, the call with Enter, saved with Ctrl+Enter. */
addJob("dealflow_workplace_keys", 0, [
    { content: "look for a phone", trigger: ".o_dealflow_search", run: "edit 202 555 01" },
    { content: "found", trigger: ".o_dealflow_clients [data-client]:contains(Tour Client)" },
    { trigger: ".o_dealflow_search", run: "press Enter" },
    { ...client },
    { content: "Enter begins to write", trigger: ".o_dealflow_centre", run: "press Enter" },
    { trigger: ".o_dealflow_call_text:focus", run: "edit Wants two variants" },
    { trigger: ".o_dealflow_call_text", run: "press control+Enter" },
    { trigger: ".o_dealflow_event_list .o_dealflow_result:contains(Wants two variants)" },
]);

/** A new event begins where free time was dragged over, and goes where it is dragged to. */
addJob("dealflow_workplace_drag", 1, [
    {
        content: "drag the event of the day",
        trigger: ".o_dealflow_grid .o_dealflow_block:contains(Tour meeting)",
        run: "drag_and_drop(.o_dealflow_grid)",
    },
    { content: "it is there after the answer", trigger: ".o_dealflow_grid .o_dealflow_block:contains(Tour meeting)" },
]);
