import ast

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..ir_ui_view import CARD_KEY


class IrModelFields(models.Model):
    """Fields that the company made for a card are not deleted while something needs them (C31)."""

    _inherit = 'ir.model.fields'

    dealflow_kind = fields.Selection(
        [
            ('text', "Text"),
            ('long_text', "Long text"),
            ('number', "Number"),
            ('whole_number', "Whole number"),
            ('money', "Money"),
            ('date', "Date"),
            ('datetime', "Date and time"),
            ('choice', "Choice"),
            ('yes_no', "Yes or no"),
            ('person', "Person of the company"),
            ('contact', "Contact"),
            ('register', "Value of a register"),
            ('file', "File"),
            ('link', "Link"),
        ],
        string="Kind on the Card",
        copy=False,
        groups='dealflow.group_manager',
        help="Set for fields that were made in the editor of a card.",
    )

    def unlink(self):
        # sudo - ir.model.fields: fields are deleted by the administrator, who need not be a user of Dealflow.
        own = self.sudo().filtered('dealflow_kind')
        if own and not self.env.context.get('_force_unlink') and not self._dealflow_is_uninstalled():
            own._check_dealflow_unused()
            own._dealflow_leave_cards()
            names = [f'{field.name}_filename' for field in own if field.dealflow_kind == 'file']
            self |= self.search([('model', 'in', own.mapped('model')), ('name', 'in', names), ('state', '=', 'manual')])
        return super().unlink()

    def _dealflow_is_uninstalled(self):
        # sudo - ir.module.module: whether Dealflow itself goes.
        return self.env['ir.module.module'].sudo().search([('name', '=', 'dealflow')]).state == 'to remove'

    def _dealflow_leave_cards(self):
        # sudo - dealflow.card.arrangement: whoever may delete a field takes it off the cards with it.
        cards = self.env['dealflow.card.arrangement'].sudo().search([('model_name', 'in', self.mapped('model'))])
        for card in cards:
            names = self.filtered(lambda field, card=card: field.model == card.model_name).mapped('name')
            for name in names:
                card._forget_field(name)
            card._write_views()
            card._write_field_views(without=names)

    def _check_dealflow_unused(self):
        """Refuse to delete fields that something needs, and name the place.

        :raise UserError: there is such a place
        """
        for field in self:
            if places := field._dealflow_get_places():
                raise UserError(
                    self.env._(
                        "The field “%(field)s” cannot be deleted, because it is used here: %(places)s. Change that "
                        "first.",
                        field=field.field_description,
                        places='; '.join(places),
                    )
                )

    def _dealflow_get_places(self):
        """Return in words what uses the field.

        :rtype: list[str]
        """
        self.ensure_one()
        env = self.sudo().with_context(active_test=False).env
        places = []

        def add(records, label=None):
            for record in records[:5]:
                places.append(
                    self.env._(
                        "%(kind)s “%(name)s”",
                        kind=label or self.env['ir.model']._get(record._name).name,
                        name=record.display_name,
                    )
                )

        used = {(self.model, self.name)}
        add(env['dealflow.rule'].search([]).filtered(lambda rule: used & rule._get_used_fields()))
        add(env['dealflow.stage.requirement'].search([('field_id', '=', self.id)]).stage_id)
        add(env['dealflow.process.question'].search([('field_id', '=', self.id)]))
        add(
            env['base.automation']
            .search(['|', ('trigger_field_ids', 'in', self.ids), ('filter_domain', 'like', self.name)])
            .filtered(lambda one: not one.dealflow_runs_rules)
        )
        add(
            env['ir.filters'].search(
                Domain('model_id', '=', self.model)
                & Domain.OR(Domain(name, 'like', self.name) for name in ('domain', 'context', 'sort'))
            )
        )
        add(
            env['ir.ui.view']
            .search([('arch_db', 'like', self.name), ('key', '!=', CARD_KEY)])
            .filtered(lambda view: self.name in (view.with_context(lang='en_US').arch_db or ''))
        )
        add(env['ir.rule'].search([('domain_force', 'like', self.name)]))
        add(env['ir.exports.line'].search([('name', '=like', f'{self.name}%')]).export_id)
        add(
            env['dealflow.card.change']
            .search([('domain', 'like', self.name)])
            .filtered(self._dealflow_is_named_by)
            .arrangement_id
        )
        add(self._dealflow_get_records_with_conditions())
        return list(dict.fromkeys(places))

    def _dealflow_is_named_by(self, change):
        if change.target in (self.name, f'field:{self.name}'):
            return False
        try:
            names = {token[0] for token in ast.literal_eval(change.domain) if isinstance(token, list | tuple)}
        except (ValueError, SyntaxError):
            return False
        return self.name in names

    def _dealflow_get_records_with_conditions(self):
        """Return the records of Dealflow that keep a condition which names the field, apart from rules and cards."""
        found = []
        for name in sorted(self.env.registry):
            model = self.env[name].sudo().with_context(active_test=False)
            if not name.startswith('dealflow.') or not model._auto or model._abstract or model._transient:
                continue
            if name in ('dealflow.rule', 'dealflow.card.change'):
                continue
            columns = [
                column
                for column, field in model._fields.items()
                if 'domain' in column and field.type in ('char', 'text') and field.store
            ]
            for column in columns:
                found += model.search([(column, 'like', self.name)])
        return found
