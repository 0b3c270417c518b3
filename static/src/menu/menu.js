import { patch } from "@web/core/utils/patch";
import { NavBar } from "@web/webclient/navbar/navbar";

const PINNED = "dealflow.menu_configuration";
// What the button «+» takes, as Odoo reckons it.
const MORE_WIDTH = 46;

/** Where the sections have no room, others go behind «+» before the configuration does. */
patch(NavBar.prototype, {
    async adapt() {
        await super.adapt(...arguments);
        const pinned = this.currentAppSectionsExtra.find((section) => section.xmlid === PINNED);
        const menu = this.appSubMenus.el;
        if (!pinned || !menu) {
            return;
        }
        const find = (section) => {
            const marked = menu.querySelector(`[data-section="${section.id}"]`);
            return [...menu.children].find((child) => child.contains(marked));
        };
        find(pinned).classList.remove("d-none");
        const extra = this.currentAppSectionsExtra.filter((section) => section !== pinned);
        const shown = this.currentAppSections.filter((section) => section !== pinned && !extra.includes(section));
        const getWidth = (sections) =>
            sections.reduce((sum, section) => sum + find(section).getBoundingClientRect().width, MORE_WIDTH);
        while (shown.length && getWidth([...shown, pinned]) > menu.getBoundingClientRect().width) {
            const last = shown.pop();
            find(last).classList.add("d-none");
            extra.unshift(last);
        }
        this.currentAppSectionsExtra = extra;
        return this.render();
    },
});
