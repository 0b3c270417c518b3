from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.public_methods import public_method


class DealflowProcessStart(models.TransientModel):
    """Starts a process on the card from which the dialog was opened (E63)."""

    _name = 'dealflow.process.start'
    _description = "Start a Process"

    object = fields.Selection(selection='_selection_object', required=True, readonly=True)
    res_id = fields.Integer(string="Id of the Card", required=True)
    template_id = fields.Many2one(
        'dealflow.process.template',
        string="Process",
        domain="[('id', 'in', allowed_template_ids)]",
    )
    allowed_template_ids = fields.Many2many('dealflow.process.template', compute='_compute_allowed_template_ids')
    note = fields.Text(related='template_id.note')

    @api.model
    def _selection_object(self):
        return list(self.env['dealflow.process.template']._dealflow_get_value_labels('object').items())

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        model_name = self.env.context.get('active_model')
        templates = self.env['dealflow.process.template']
        for key in templates._fields['object'].get_values(self.env):
            if templates.new({'object': key}).model_name == model_name:
                values |= {'object': key, 'res_id': self.env.context.get('active_id')}
                found = self.new(values).allowed_template_ids
                if len(found) == 1:
                    values['template_id'] = found._origin.id
        return values

    @api.depends('object', 'res_id')
    def _compute_allowed_template_ids(self):
        """Offer what is in use for such cards, in the company of the card."""
        templates = self.env['dealflow.process.template']
        for dialog in self:
            domain = Domain('object', '=', dialog.object) & Domain('state', '=', 'used')
            found = templates.search(domain)
            card = self.env[found[:1].model_name].browse(dialog.res_id).exists() if found else None
            company = card and 'company_id' in card._fields and card.company_id or self.env.company
            dialog.allowed_template_ids = found.filtered(
                lambda template, company=company: not template.company_id or template.company_id == company
            )

    @public_method(one=True, once=True)
    def action_apply(self):
        """Start the process, and return the action that opens it.

        :raise UserError: no process is chosen
        """
        if not self.template_id:
            raise UserError(self.env._("Choose the process that should start."))
        process_id = self.template_id.action_start(self.res_id)
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'dealflow.process',
            'res_id': process_id,
            'views': [(False, 'form')],
        }
