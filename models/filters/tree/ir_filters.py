import ast

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import dateutil as safe_dateutil
from odoo.tools.safe_eval import safe_eval

# What a line of the tree counts at most: «10,000+».
COUNTED = 10000


class IrFilters(models.Model):
    """The conditions of a filter as the server reads them, what is wrong with them, and how much they find (E52)."""

    _inherit = 'ir.filters'

    dealflow_title = fields.Char(
        string="Shown As",
        translate=True,
        groups='base.group_user',
        help="The name of a filter that comes with Dealflow, in the language of the reader.",
    )

    def write(self, vals):
        result = super().write(vals)
        if 'name' in vals and 'dealflow_title' not in vals:
            # sudo - ir.filters: whoever renamed a filter of ours wants to read the new name.
            self.sudo().filtered('dealflow_title').dealflow_title = False
        return result

    @api.model
    def get_filters(self, model, action_id=None, embedded_action_id=None, embedded_parent_res_id=None):
        filters = super().get_filters(model, action_id, embedded_action_id, embedded_parent_res_id)
        if not self.env.user._is_internal():
            return filters
        ids = [values['id'] for values in filters]
        titles = {
            record.id: record.dealflow_title
            for record in self.with_context(lang=self.env.user.lang).browse(ids)
            if record.dealflow_title
        }
        return [{**values, 'name': titles.get(values['id'], values['name'])} for values in filters]

    def _dealflow_get_domain(self):
        """Return the conditions of the filter for the present user.

        Odoo's search bar saves ``uid`` and ``context_today()`` where a search has them, which a literal cannot hold.

        :rtype: Domain
        :raise ValueError: the conditions cannot be read
        """
        self.ensure_one()
        try:
            domain = ast.literal_eval(self.domain)
        except (ValueError, SyntaxError):
            today = fields.Date.context_today(self)
            domain = safe_eval(
                self.domain,
                {
                    'uid': self.env.uid,
                    'allowed_company_ids': self.env.companies.ids,
                    'context_today': lambda: fields.Date.context_today(self),
                    'current_date': fields.Date.to_string(today),
                    'today': fields.Date.to_string(today),
                    'now': fields.Datetime.to_string(fields.Datetime.now()),
                    'datetime': safe_datetime,
                    'relativedelta': safe_dateutil.relativedelta.relativedelta,
                    'true': True,
                    'false': False,
                },
            )
        return Domain(domain)

    def _dealflow_get_conditions(self):
        """Return the conditions as text for where conditions are kept; «me» and «today» are those of the present user.

        :rtype: str
        :raise UserError: the filter is broken
        """
        self.ensure_one()
        if problem := self._dealflow_get_problem():
            raise UserError(
                self.env._(
                    "The filter “%(filter)s” cannot be used here: %(problem)s", filter=self.name, problem=problem
                )
            )
        try:
            return repr(ast.literal_eval(self.domain))
        except (ValueError, SyntaxError):
            return repr(list(self._dealflow_get_domain()))

    def _dealflow_get_groupbys(self):
        """Return the groupings that the filter sets.

        :rtype: list[str]
        """
        self.ensure_one()
        try:
            context = safe_eval(self.context or '{}', {'uid': self.env.uid})
        except ValueError:
            return []
        groupbys = context.get('group_by') or []
        return [groupbys] if isinstance(groupbys, str) else list(groupbys)

    def _dealflow_get_problem(self):
        """Return what is wrong with the filter, in words, or an empty text.

        :rtype: str
        """
        self.ensure_one()
        model = self.env.get(self.model_id)
        if model is None:
            return self.env._("Its records are no longer there: the app that had them is uninstalled.")
        for groupby in self._dealflow_get_groupbys():
            if groupby.partition(':')[0].partition('.')[0] not in model._fields:
                return self.env._("The field “%(field)s”, by which it groups, no longer exists.", field=groupby)
        try:
            domain = self._dealflow_get_domain()
            for condition in domain.iter_conditions():
                if condition.field_expr.partition('.')[0] not in model._fields:
                    return self.env._("The field “%(field)s” no longer exists.", field=condition.field_expr)
            model._search(domain, limit=1)
        except AccessError:
            return self.env._("It asks for a field that you may not see.")
        except Exception:  # noqa: BLE001 - whatever people saved, the tree is shown
            return self.env._("Its conditions cannot be read. Open its card and choose them anew.")
        return ''

    @api.model
    def _dealflow_count(self, model, domains):
        """Return how many records each of the domains finds, in one query; counting stops after 10,000.

        :param model: an empty recordset in the environment of the reader
        :param list[Domain] domains: conditions that can be read
        :rtype: list[int]
        """
        if not domains:
            return []
        queries = [model._search(domain, limit=COUNTED + 1) for domain in domains]
        selects = [
            SQL("(SELECT COUNT(*) FROM (%s) t)", query.select("1")) if not query.is_empty() else SQL("0")
            for query in queries
        ]
        return list(self.env.execute_query(SQL("SELECT %s", SQL(", ").join(selects)))[0])

    # Sections with a tree

    @api.model
    @ormcache()
    def _get_dealflow_sections(self):
        """Return the ids of the actions whose lists have the tree: sections in Dealflow's menus, without its settings.

        :rtype: frozenset[int]
        """
        refs = ('dealflow.menu_dealflow_root', 'dealflow.menu_configuration')
        root, settings = (self.env.ref(ref, raise_if_not_found=False) for ref in refs)
        if not root:
            return frozenset()
        # sudo - ir.ui.menu, ir.actions.act_window: cached for all users alike, whichever menus they see.
        menus = self.env['ir.ui.menu'].sudo().with_context(active_test=False, **{'ir.ui.menu.full_list': True})
        inside = menus.search([('id', 'child_of', root.ids), '!', ('id', 'child_of', (settings or menus).ids)])
        actions = [menu.action for menu in inside if menu.action and menu.action._name == 'ir.actions.act_window']
        return frozenset(
            action.id
            for action in actions
            if action.res_model in self.env
            and self.env[action.res_model]._auto
            and not self.env[action.res_model]._transient
            and action.target in (False, 'current', 'main')
            and {'list', 'kanban'} & set((action.view_mode or '').split(','))
        )
