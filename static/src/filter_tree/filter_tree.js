import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Domain } from "@web/core/domain";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { formatInteger } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { FilledFolderDialog } from "./filled_folder_dialog";
import { applyFilter, applyValue, isFilterActive, isValueActive } from "./tree_search";

const FOLDER = "dealflow.filter.folder";
const COUNTED = 10000;

/** The tree of filters left of a list (E13, E51 to E54): folders, saved filters, and folders that fill themselves. */
export class FilterTree extends Component {
    static template = "dealflow.FilterTree";
    static components = { Dropdown, DropdownItem };
    static props = { onFold: Function };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.model = this.env.searchModel;
        this.root = useRef("root");
        this.loads = new KeepLast();
        this.key = `dealflow.filter_tree.unfolded.${this.env.config.actionId}`;
        this.state = useState({ tree: null, unfolded: this.loadUnfolded(), over: null, focused: 0 });
        useBus(this.model, "update", () => this.render());
        useBus(this.model, "dealflow-filters", () => this.reload());
        onWillStart(() => {
            // The list is not kept waiting: the tree is drawn when its answer comes.
            this.reload();
        });
    }

    // The tree

    get domain() {
        return new Domain(this.model.globalDomain).toList(this.model.domainEvalContext);
    }

    async reload() {
        const tree = await this.loads.add(
            this.orm.call(FOLDER, "get_tree", [], {
                model: this.model.resModel,
                action_id: this.env.config.actionId,
                domain: this.domain,
                unfolded: [...this.state.unfolded].filter(Number.isInteger),
            })
        );
        if (!browser.localStorage.getItem(this.key) && !this.state.tree) {
            tree.folders
                .filter((folder) => folder.is_common && !folder.parent_id)
                .forEach(({ id }) => this.state.unfolded.add(id));
        }
        this.state.tree = tree;
    }

    loadUnfolded() {
        try {
            return new Set(JSON.parse(browser.localStorage.getItem(this.key)) || []);
        } catch {
            return new Set();
        }
    }

    get rows() {
        const rows = [];
        const { folders, filters } = this.state.tree;
        const common = folders.find((folder) => folder.is_common && !folder.parent_id);
        const placeOf = (filter) => filter.folder_id || (filter.is_common && common ? common.id : false);
        const addFilters = (list, level) =>
            list.forEach((filter) => rows.push({ kind: "filter", key: `filter${filter.id}`, level, filter }));
        const addFolder = (folder, level) => {
            const isOpen = this.state.unfolded.has(folder.id);
            rows.push({ kind: "folder", key: `folder${folder.id}`, level, folder, isOpen });
            if (!isOpen) {
                return;
            }
            folders.filter((child) => child.parent_id === folder.id).forEach((child) => addFolder(child, level + 1));
            addFilters(
                filters.filter((filter) => placeOf(filter) === folder.id),
                level + 1
            );
            for (const value of folder.values || []) {
                rows.push({ kind: "value", key: `value${folder.id}.${value.key}`, level: level + 1, folder, value });
            }
            if (folder.has_more) {
                rows.push({ kind: "more", key: `more${folder.id}`, level: level + 1, folder });
            }
        };
        folders.filter((folder) => !folder.parent_id).forEach((folder) => addFolder(folder, 0));
        const loose = filters.filter((filter) => !placeOf(filter));
        addFilters(
            loose.filter((filter) => filter.is_own),
            0
        );
        const shared = loose.filter((filter) => !filter.is_own);
        if (shared.length) {
            const isOpen = !this.state.unfolded.has("shared");
            const folder = { id: "shared", name: _t("Shared with me"), is_shared: true };
            rows.push({ kind: "folder", key: "shared", level: 0, folder, isOpen });
            isOpen && addFilters(shared, 1);
        }
        return rows;
    }

    isActive(row) {
        return (
            (row.kind === "filter" && isFilterActive(this.model, row.filter)) ||
            (row.kind === "value" && isValueActive(this.model, row.folder, row.value))
        );
    }

    getName(row) {
        return row.kind === "more" ? _t("More…") : (row.filter || row.value || row.folder).name || row.value.label;
    }

    getTitle(row) {
        const problem = (row.filter || (row.kind === "folder" && row.folder) || {}).problem;
        if (problem) {
            return problem;
        }
        return row.filter && !row.filter.is_own && row.filter.owner
            ? _t("%(filter)s, of %(owner)s", { filter: row.filter.name, owner: row.filter.owner })
            : this.getName(row);
    }

    getIcon(row) {
        if (row.kind === "folder") {
            return row.folder.groupby ? "fa-list-ul" : row.isOpen ? "fa-folder-open-o" : "fa-folder-o";
        }
        return row.kind === "filter" ? "fa-filter" : "";
    }

    getCount(row) {
        const { count } = row.filter || row.value || {};
        if (count === undefined || row.filter?.problem) {
            return "";
        }
        return row.filter && count > COUNTED ? `${formatInteger(COUNTED)}+` : formatInteger(count);
    }

    // Choosing

    async open(row, ev) {
        const adds = ev.ctrlKey || ev.metaKey;
        if (row.kind === "folder") {
            await this.unfold(row);
        } else if (row.kind === "more") {
            await this.loadMore(row.folder);
        } else if (row.kind === "value") {
            applyValue(this.model, row.folder, row.value, adds);
        } else if (row.filter.problem) {
            this.notification.add(row.filter.problem, { title: row.filter.name, type: "warning" });
        } else {
            applyFilter(this.model, row.filter, adds);
        }
        if (this.env.isSmall && ["filter", "value"].includes(row.kind) && !row.filter?.problem) {
            this.props.onFold();
        }
    }

    async unfold({ folder }) {
        const { unfolded } = this.state;
        unfolded.has(folder.id) ? unfolded.delete(folder.id) : unfolded.add(folder.id);
        browser.localStorage.setItem(this.key, JSON.stringify([...unfolded]));
        if (folder.groupby && unfolded.has(folder.id) && !folder.values && !folder.problem) {
            await this.loadMore(folder);
        } else if (folder.problem) {
            this.notification.add(folder.problem, { title: folder.name, type: "warning" });
        }
    }

    async loadMore(folder) {
        const page = await this.orm.call(FOLDER, "get_values", [folder.id], {
            domain: this.domain,
            offset: (folder.values || []).length,
        });
        folder.values = [...(folder.values || []), ...page.values];
        folder.has_more = page.has_more;
    }

    // By keyboard: arrows move and unfold, Enter chooses, Alt with arrows moves a filter or folder

    onKeydown(ev, row, index) {
        const rows = this.rows;
        const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
        if (ev.target.closest("[role=treeitem]") !== ev.target) {
            return;
        }
        if (step && ev.altKey) {
            this.moveBy(row, step);
        } else if (step) {
            this.focus(Math.min(Math.max(index + step, 0), rows.length - 1));
        } else if (ev.key === "Enter" || ev.key === " ") {
            this.open(row, ev);
        } else if (ev.key === "ArrowRight" && row.kind === "folder" && !row.isOpen) {
            this.unfold(row);
        } else if (ev.key === "ArrowLeft" && row.kind === "folder" && row.isOpen) {
            this.unfold(row);
        } else if (ev.key === "ArrowLeft") {
            const above = rows.slice(0, index).findLastIndex((other) => other.level < row.level);
            above >= 0 && this.focus(above);
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    focus(index) {
        this.state.focused = index;
        this.root.el.querySelectorAll("[role=treeitem]")[index]?.focus();
    }

    // Moving

    canMove(row) {
        return (
            (row.kind === "filter" && row.filter.can_edit) ||
            (row.kind === "folder" && row.folder.id !== "shared" && row.folder.can_edit)
        );
    }

    /** Moves a filter or folder among its like. */
    moveBy(row, step) {
        if (!this.canMove(row)) {
            return;
        }
        const id = (row.filter || row.folder).id;
        const placeOf = (each) => (row.kind === "filter" ? each.folder_id : each.parent_id);
        const isBeside = (each) =>
            placeOf(each) === placeOf(row.filter || row.folder) &&
            // Outside of folders, filters of others and common ones are shown elsewhere.
            (row.kind === "folder" ||
                each.folder_id ||
                (each.is_own === row.filter.is_own && each.is_common === row.filter.is_common));
        const list = this.state.tree[`${row.kind}s`].filter(isBeside);
        const index = list.findIndex((each) => each.id === id);
        const target = index + step;
        if (target < 0 || target >= list.length) {
            return;
        }
        const before = step < 0 ? list[target] : list[target + 1];
        return this.place(row, placeOf(row.filter || row.folder), before?.id);
    }

    async place(row, folderId, beforeId) {
        try {
            await this.orm.call(FOLDER, "place", [row.kind, (row.filter || row.folder).id], {
                folder_id: folderId || null,
                before_id: beforeId || null,
            });
        } finally {
            if (folderId) {
                this.state.unfolded.add(folderId);
            }
            await this.reload();
        }
    }

    onDragStart(ev, row) {
        this.dragged = row;
        if (!ev.dataTransfer) {
            return;
        }
        ev.dataTransfer.effectAllowed = "move";
        ev.dataTransfer.setData("text/plain", this.getName(row));
    }

    onDragOver(ev, row) {
        if (this.dragged && this.getDrop(row)) {
            ev.preventDefault();
            this.state.over = row?.key || "top";
        }
    }

    /** Returns where what is dragged would go: into a folder, or before another filter; nothing where it may not. */
    getDrop(row) {
        const dragged = this.dragged;
        if (!row) {
            return { folderId: false };
        }
        if (row.key === dragged.key || row.folder?.id === "shared") {
            return null;
        }
        if (row.kind === "folder") {
            return row.folder.groupby
                ? dragged.kind === "folder" && { folderId: row.folder.parent_id, beforeId: row.folder.id }
                : { folderId: row.folder.id };
        }
        return dragged.kind === "filter" && row.kind === "filter"
            ? { folderId: row.filter.folder_id, beforeId: row.filter.id }
            : null;
    }

    onDrop(ev, row) {
        ev.preventDefault();
        ev.stopPropagation();
        const drop = this.dragged && this.getDrop(row);
        const dragged = this.dragged;
        this.onDragEnd();
        return drop && this.place(dragged, drop.folderId, drop.beforeId);
    }

    onDragEnd() {
        this.dragged = null;
        this.state.over = null;
    }

    // Cards

    openCard(resModel, resId, context = {}) {
        this.dialog.add(FormViewDialog, {
            resModel,
            resId,
            context: {
                ...(resModel === "ir.filters" ? { form_view_ref: "base.ir_filters_view_edit_form" } : {}),
                ...context,
            },
            canExpand: false,
            title: resModel === FOLDER ? _t("Folder of filters") : _t("Filter"),
            onRecordSaved: () => this.onChanged(),
        });
    }

    onChanged() {
        rpcBus.trigger("CLEAR-CACHES", "get_views");
        return this.reload();
    }

    getFolderDefaults(parent) {
        return {
            default_model: this.model.resModel,
            default_action_id: parent ? false : this.env.config.actionId,
            default_parent_id: parent?.id || false,
        };
    }

    newFolder(parent) {
        this.openCard(FOLDER, false, this.getFolderDefaults(parent));
    }

    newFilledFolder(parent) {
        const fields = Object.entries(this.model.searchViewFields)
            .filter(([, field]) => field.groupable && field.type !== "properties")
            .map(([name, field]) => ({ name, label: field.string, type: field.type }))
            .sort((one, other) => one.label.localeCompare(other.label));
        this.dialog.add(FilledFolderDialog, {
            fields,
            onChosen: async ({ name, groupby }) => {
                const defaults = this.getFolderDefaults(parent);
                const [id] = await this.orm.create(FOLDER, [
                    {
                        name,
                        groupby,
                        model: defaults.default_model,
                        action_id: defaults.default_action_id,
                        parent_id: defaults.default_parent_id,
                    },
                ]);
                this.state.unfolded.add(id);
                if (parent) {
                    this.state.unfolded.add(parent.id);
                }
                await this.reload();
            },
        });
    }

    edit(row) {
        return row.kind === "filter"
            ? this.openCard("ir.filters", row.filter.id)
            : this.openCard(FOLDER, row.folder.id);
    }

    async duplicate(row) {
        await this.orm.call("ir.filters", "copy", [[row.filter.id]]);
        await this.onChanged();
    }

    async subscribe(row) {
        await this.orm.call("ir.filters", "action_dealflow_subscribe", [[row.filter.id]], {
            on: !row.filter.is_subscribed,
        });
        await this.reload();
    }

    remove(row) {
        const isFilter = row.kind === "filter";
        const { id, name } = row.filter || row.folder;
        this.dialog.add(ConfirmationDialog, {
            title: isFilter ? _t("Delete the filter?") : _t("Delete the folder?"),
            body: isFilter
                ? _t("“%s” is deleted for everybody it is shared with.", name)
                : _t("“%s” is deleted; what is in it goes one level up.", name),
            confirmLabel: _t("Delete"),
            confirm: async () => {
                await this.orm.unlink(isFilter ? "ir.filters" : FOLDER, [id]);
                await this.onChanged();
            },
            cancel: () => {},
        });
    }
}

registry.category("lazy_components").add("dealflow.FilterTree", FilterTree);
