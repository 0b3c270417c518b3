/**
 * Lines of the tree in Odoo's search bar: what is chosen stands there as a facet, and can be taken off (E52).
 *
 * One click shows what the line counts: it takes the place of all conditions, groupings stay. With Ctrl it is added.
 */

function findFavorite(model, filter) {
    return Object.values(model.searchItems).find((item) => item.type === "favorite" && item.serverSideId === filter.id);
}

const getValueKey = (folder, value) => `${folder.id}.${value.key}`;

function findValue(model, folder, value) {
    const key = getValueKey(folder, value);
    return Object.values(model.searchItems).find((item) => item.dealflowValue === key);
}

const isActive = (model, item) => Boolean(item) && model.query.some((element) => element.searchItemId === item.id);

export const isFilterActive = (model, filter) => isActive(model, findFavorite(model, filter));

export const isValueActive = (model, folder, value) => isActive(model, findValue(model, folder, value));

function apply(model, item, adds) {
    const wasActive = isActive(model, item);
    const isKept = (element) =>
        element.searchItemId !== item.id &&
        (adds || ["groupBy", "dateGroupBy"].includes(model.searchItems[element.searchItemId].type));
    model.query = model.query.filter(isKept);
    if (!wasActive) {
        model.query.push({ searchItemId: item.id });
    }
    model._notify();
}

export function applyFilter(model, filter, adds) {
    let item = findFavorite(model, filter);
    if (item) {
        // As it is now: its card may have been changed since the list was opened.
        const { description, domain, context, groupBys, orderBy } = model._irFilterToFavorite(filter.favorite);
        Object.assign(item, { description, domain, context, groupBys, orderBy });
    } else {
        model._createGroupOfFavorites([{ ...filter.favorite, is_default: false }]);
        item = findFavorite(model, filter);
    }
    apply(model, item, adds);
}

export function applyValue(model, folder, value, adds) {
    let item = findValue(model, folder, value);
    const description = `${folder.name}: ${value.label}`;
    const domain = JSON.stringify(value.domain)
        .replace(/\btrue\b/g, "True")
        .replace(/\bfalse\b/g, "False");
    if (item) {
        Object.assign(item, { description, domain });
    } else {
        model._createGroupOfSearchItems([
            {
                type: "filter",
                name: "",
                description,
                domain,
                dealflowValue: getValueKey(folder, value),
                invisible: "True",
            },
        ]);
        item = findValue(model, folder, value);
    }
    apply(model, item, adds);
}
