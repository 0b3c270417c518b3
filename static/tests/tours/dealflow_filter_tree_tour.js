import { registry } from "@web/core/registry";

const row = (name) => `.o_dealflow_tree_row[data-name="${name}"]`;

/** The menu of a line is shown when the pointer is on it. */
const menu = (name, item) => [
    { content: `the menu of ${name}`, trigger: row(name), run: `hover && click ${row(name)} .o_dealflow_tree_menu` },
    { content: item, trigger: `.o-dropdown--menu ${item}`, run: "click" },
];

const filled = (field, name) => [
    { content: "by which field", trigger: "#o_dealflow_folder_field", run: `selectByLabel ${field}` },
    { content: "its name", trigger: "#o_dealflow_folder_name", run: `edit ${name}` },
    { content: "add it", trigger: ".modal .btn-primary:contains(Add)", run: "click" },
    { content: "it is there", trigger: `body:not(:has(.modal)) ${row(name)}` },
];

registry.category("web_tour.tours").add("dealflow_filter_tree_build", {
    steps: () => [
        { content: "a new folder", trigger: ".o_dealflow_new_folder", run: "click" },
        { trigger: ".o-dropdown--menu .o_dealflow_new_plain", run: "click" },
        { trigger: ".modal .o_field_widget[name=name] input", run: "edit Contractors" },
        {
            content: "shared with a group",
            trigger: ".modal .o_field_widget[name=dealflow_group_ids] input",
            run: "edit Tour Buyers",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains(Tour Buyers)", run: "click" },
        { trigger: ".modal .o_field_widget[name=dealflow_group_ids] .o_tag:contains(Tour Buyers)" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { content: "the folder is there", trigger: `body:not(:has(.modal)) ${row("Contractors")}` },
        ...menu("Contractors", ".o_dealflow_new_filled"),
        ...filled("Industry", "Industries"),
        ...menu("Contractors", ".o_dealflow_new_filled"),
        ...filled("Salesperson", "Responsible persons"),
        ...menu("Contractors", ".o_dealflow_new_plain"),
        { trigger: ".modal .o_field_widget[name=name] input", run: "edit Watched" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: `body:not(:has(.modal)) ${row("Watched")}` },
        {
            content: "a saved filter goes into the subfolder",
            trigger: row("Tour clients"),
            run: `drag_and_drop ${row("Watched")}`,
        },
        { content: "it is in it", trigger: `${row("Tour clients")}[aria-level="3"]` },
        { content: "a value of the industries", trigger: row("Tour Chairs"), run: "click" },
        { content: "is shown", trigger: ".o_facet_value:contains(Industries: Tour Chairs)" },
        { trigger: ".o_list_view .o_data_row:contains(Tour Client):only" },
        { content: "and taken off", trigger: ".o_facet_remove", run: "click" },
        { trigger: "body:not(:has(.o_facet_value:contains(Industries)))" },
    ],
});

registry.category("web_tour.tours").add("dealflow_filter_tree_use", {
    steps: () => [
        { content: "the shared folder", trigger: row("Contractors"), run: "click" },
        { content: "its subfolder", trigger: row("Watched"), run: "click" },
        { content: "the filter has its count", trigger: `${row("Tour clients")} .o_dealflow_tree_count:contains(1)` },
        { content: "it is used", trigger: row("Tour clients"), run: "click" },
        { trigger: ".o_facet_value:contains(Tour clients)" },
        { trigger: ".o_list_view .o_data_row:contains(Tour Client)" },
        {
            content: "a folder of another has no menu",
            trigger: `${row("Contractors")}:not(:has(.o_dealflow_tree_menu))`,
        },
        { trigger: row("Tour clients"), run: `hover && click ${row("Tour clients")} .o_dealflow_tree_menu` },
        { content: "it may be copied", trigger: ".o-dropdown--menu .o_dealflow_copy" },
        {
            content: "and not changed",
            trigger: ".o-dropdown--menu:not(:has(.o_dealflow_delete)):not(:has(.o_dealflow_edit))",
        },
        { trigger: ".o-dropdown--menu .o_dealflow_subscribe", run: "click" },
        { content: "fold", trigger: ".o_dealflow_filter_tree_fold", run: "click" },
        { trigger: ".o_dealflow_filter_tree_unfold" },
    ],
});

registry.category("web_tour.tours").add("dealflow_filter_tree_save", {
    steps: () => [
        { trigger: `${row("Tour folder")}` },
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { trigger: ".o_add_favorite", run: "click" },
        { trigger: ".o_dealflow_save_folder", run: "selectByLabel Tour folder" },
        { trigger: ".o_favorite_menu input[type=text], .o_add_favorite ~ * input[type=text]", run: "edit Saved here" },
        { trigger: ".o_save_favorite", run: "click" },
        { content: "the folder has it", trigger: row("Tour folder"), run: "click" },
        { trigger: `${row("Saved here")}[aria-level="2"]` },
    ],
});

/** Whatever a view puts into the page takes the width that the tree leaves. */
const fills = (view, selector) => [
    { content: view, trigger: `.o_switch_view.o_${view}`, run: "click" },
    {
        content: `${view} fills the width`,
        trigger: `.o_dealflow_beside_tree > ${selector}`,
        run({ anchor }) {
            const page = anchor.closest(".o_content").getBoundingClientRect();
            const tree = document.querySelector(".o_dealflow_filter_tree").getBoundingClientRect();
            const { left, right } = anchor.getBoundingClientRect();
            if (left - tree.right > 2 || page.right - right > 20) {
                throw new Error(`${view} is from ${left} to ${right}, the page ends at ${page.right}`);
            }
        },
    },
];

registry.category("web_tour.tours").add("dealflow_filter_tree_views", {
    steps: () => [
        { trigger: row("Common filters") },
        ...fills("list", ".o_list_renderer"),
        ...fills("calendar", ".o_calendar_container"),
        ...fills("graph", ".o_graph_renderer"),
        ...fills("kanban", ".o_kanban_renderer"),
    ],
});
