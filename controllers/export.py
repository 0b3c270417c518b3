from odoo.addons.web.controllers import export


class ExcelExport(export.ExcelExport):
    def from_group_data(self, fields, columns_headers, groups):
        """Use the labels of a selection («Current week»), not its keys, as the group headings of our lists."""
        if groups._model._name.startswith('dealflow.'):
            self._label_selections(groups, list(groups._groupby))
        return super().from_group_data(fields, columns_headers, groups)

    def _label_selections(self, node, groupby):
        if not groupby:
            return
        field = node._model._fields[groupby[0].split(':')[0].split('.')[0]]
        if field.type == 'selection':
            labels = dict(field._description_selection(node._model.env))
            node.children = {labels.get(key, key): child for key, child in node.children.items()}
        for child in node.children.values():
            self._label_selections(child, groupby[1:])
