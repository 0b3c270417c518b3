from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.public_methods import public_method


class DealflowRequisitesConfirm(models.TransientModel):
    """Confirms several legal entities at once, e.g. an import that accounting has compared with its own records.

    Only untouched requisites are confirmed: those as first entered, or equal again to the last confirmed ones. All
    others are left for the queue, where the accountant sees the old value beside the new one.
    """

    _name = 'dealflow.requisites.confirm'
    _description = "Confirm Requisites of Many Legal Entities"
    _inherit = ['dealflow.chosen.records.wizard.mixin', 'dealflow.label.mixin']
    _chosen_field = 'legal_entity_ids'

    legal_entity_ids = fields.Many2many('res.partner', context={'active_test': False})
    untouched_ids = fields.Many2many(
        'res.partner',
        'dealflow_requisites_confirm_untouched_rel',
        string="Will be confirmed",
        compute='_compute_untouched_ids',
        store=True,
        context={'active_test': False},
    )
    untouched_count = fields.Integer(string="Ready to be confirmed", compute='_compute_counts')
    left_count = fields.Integer(string="To be reviewed one by one", compute='_compute_counts')
    is_compared = fields.Boolean(string="I have compared these requisites with the documents")

    @api.depends('legal_entity_ids')
    def _compute_untouched_ids(self):
        for wizard in self:
            # sudo - res.partner.bank: the comparison covers all bank accounts, even if the user may not read them.
            # In the open dialog these are copies, which have not everything that is compared.
            entities_sudo = wizard.legal_entity_ids._origin.sudo()
            entities_sudo._dealflow_invalidate_requisites()
            wizard.untouched_ids = entities_sudo.filtered(lambda entity: entity._dealflow_has_untouched_requisites())

    @api.depends('legal_entity_ids', 'untouched_ids')
    def _compute_counts(self):
        for wizard in self:
            wizard.untouched_count = len(wizard.untouched_ids)
            wizard.left_count = len(wizard.legal_entity_ids) - len(wizard.untouched_ids)

    @public_method(one=True, once=True)
    def action_confirm(self):
        if not self.is_compared:
            raise UserError(
                self.env._(
                    "Tick “%(field)s” first: your name will appear on every confirmation.",
                    field=self._dealflow_get_field_label('is_compared'),
                )
            )
        if not self.untouched_ids:
            raise UserError(self.env._("None of the selected legal entities can be confirmed without being reviewed."))
        # sudo - res.partner.bank: see above.
        self.untouched_ids.sudo()._dealflow_invalidate_requisites()
        touched = self.untouched_ids.sudo().filtered(lambda entity: not entity._dealflow_has_untouched_requisites())
        if touched:
            raise UserError(
                self.env._(
                    "Meanwhile the requisites of %(entities)s were changed. Open this window again.",
                    entities=", ".join(touched.mapped('display_name')),
                )
            )
        self.untouched_ids.action_confirm_requisites()
        return {'type': 'ir.actions.act_window_close'}
