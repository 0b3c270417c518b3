from odoo import api, fields, models

GATES = [('ignore', "Ignore"), ('warn', "Warn"), ('block', "Block")]


class ResCompany(models.Model):
    """Settings for requisites; the first company with a country fills the register of regions."""

    _inherit = 'res.company'

    dealflow_four_eyes = fields.Boolean(
        string="Four eyes on requisites",
        default=True,
        help="Whoever changed the requisites of a legal entity since they were last confirmed may not confirm them.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_gate_order = fields.Selection(
        GATES, string="Unconfirmed requisites: orders", default='warn', required=True, groups='base.group_user'
    )
    dealflow_gate_invoice = fields.Selection(
        GATES, string="Unconfirmed requisites: invoices", default='warn', required=True, groups='base.group_user'
    )
    dealflow_gate_contract = fields.Selection(
        GATES,
        string="Unconfirmed requisites: contracts",
        default='warn',
        required=True,
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_gate_stage = fields.Selection(
        GATES,
        string="Unconfirmed requisites: stages",
        default='warn',
        required=True,
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_contract_reminder_days = fields.Integer(
        string="Contracts: remind before the end",
        default=30,
        help="The responsible person gets an activity this many days before a contract ends. 0 disables the reminder.",
        groups='base.group_user',
        prefetch='dealflow',
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._dealflow_create_initial_regions()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.get('country_id'):
            self._dealflow_create_initial_regions()
        return result

    def _dealflow_create_initial_regions(self):
        """Fill an empty register of regions as soon as a company has a country (E05)."""
        if self.country_id:
            # sudo - dealflow.region: the register is shared by all users; filling it needs no right of one's own.
            self.env['dealflow.region'].sudo()._create_initial_regions()
