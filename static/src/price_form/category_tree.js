import { Component, useState } from "@odoo/owl";

/** The categories under their two roots, components and products (C16). */
export class CategoryTree extends Component {
    static template = "dealflow.PriceCategoryTree";
    static props = { roots: Array, chosen: Object, onChoose: Function };

    setup() {
        this.state = useState({ opened: {} });
    }

    children(root, parentId) {
        const known = new Set(root.categories.map((category) => category.id));
        return root.categories.filter((category) =>
            parentId ? category.parent_id === parentId : !known.has(category.parent_id)
        );
    }

    /** The visible rows of a root in the order of the tree, with their depth. */
    rows(root, parentId = false, depth = 0) {
        return this.children(root, parentId).flatMap((category) => {
            const children = this.children(root, category.id);
            const isOpened = this.state.opened[category.id] ?? depth === 0;
            const row = { ...category, depth, hasChildren: Boolean(children.length), isOpened };
            return [row, ...(isOpened ? this.rows(root, category.id, depth + 1) : [])];
        });
    }

    toggle(row) {
        this.state.opened[row.id] = !row.isOpened;
    }

    isChosen(root, categoryId = false) {
        return this.props.chosen.root === root.key && (this.props.chosen.category_id || false) === categoryId;
    }
}
