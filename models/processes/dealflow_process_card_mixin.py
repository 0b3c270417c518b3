from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.public_methods import public_method
from .dealflow_process_template import OBJECTS


class DealflowProcessCardMixin(models.AbstractModel):
    """A card on which processes are started: their number, and the list of them (E63, E64)."""

    _name = 'dealflow.process.card.mixin'
    _description = "Card with Processes"

    dealflow_process_count = fields.Integer(
        string="Processes", compute='_compute_dealflow_process_counts', groups='dealflow.group_viewer'
    )
    dealflow_running_process_count = fields.Integer(
        string="Running Processes", compute='_compute_dealflow_process_counts', groups='dealflow.group_viewer'
    )

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_process_counts(self):
        processes = self.env['dealflow.process']
        for card in self:
            domain = card._dealflow_get_process_domain()
            counts = dict(processes._read_group(domain, ['state'], ['__count'])) if card.ids else {}
            card.dealflow_process_count = sum(counts.values())
            card.dealflow_running_process_count = counts.get('running', 0)

    def _dealflow_get_process_domain(self):
        """Return the domain of the processes that the cards show."""
        return Domain(self._dealflow_get_process_field(), 'in', self.ids)

    @api.model
    def _dealflow_get_process_field(self):
        """Return the name of the field by which a process refers to such cards."""
        return dict(OBJECTS.values())[self._name]

    @public_method(one=True)
    def action_dealflow_view_processes(self):
        """Return the action that lists what runs and ran on the one card (row E64)."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_process_action')
        return {**action, 'domain': list(self._dealflow_get_process_domain()), 'context': {}}

    def unlink(self):
        # sudo - dealflow.process: what ran on a card goes with it, with its activities; the card's own unlink checks.
        self.check_access('unlink')
        domain = Domain(self._dealflow_get_process_field(), 'in', self.ids)
        self.env['dealflow.process'].sudo().search(domain).unlink()
        return super().unlink()
