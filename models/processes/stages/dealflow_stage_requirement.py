from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DealflowStageRequirement(models.Model):
    """A requirement that a process of the deal has ended well (E65)."""

    _inherit = 'dealflow.stage.requirement'

    kind = fields.Selection(
        selection_add=[('process_done', "A process has ended well")], ondelete={'process_done': 'cascade'}
    )
    process_template_id = fields.Many2one(
        'dealflow.process.template',
        string="Process",
        ondelete='restrict',
        index='btree_not_null',
        domain="[('object', '=', 'deal'), ('state', '!=', 'draft')]",
        help="Whichever of its versions.",
    )

    @api.depends('process_template_id')
    def _compute_description(self):
        return super()._compute_description()

    @api.constrains('kind', 'process_template_id')
    def _check_process(self):
        for requirement in self:
            if requirement.kind == 'process_done' and requirement.process_template_id.object != 'deal':
                raise ValidationError(
                    self.env._(
                        "A requirement of the stage %(stage)s needs a process of deals. Choose one.",
                        stage=requirement.stage_id.name,
                    )
                )

    def _describe_process_done(self):
        return self.env._("The process “%(process)s” has ended well", process=self.sudo().process_template_id.name)

    def _get_first_good_ends(self, deals):
        """Return when any version of the process first ended with a good result, by id of the deal.

        :rtype: dict[int, datetime]
        """
        # sudo - dealflow.process: processes that the user may not read count too.
        found = (
            self.env['dealflow.process']
            .sudo()
            ._read_group(
                [
                    ('deal_id', 'in', deals.ids),
                    ('template_id.origin_id', '=', self.sudo().process_template_id.origin_id.id),
                    ('outcome', '=', 'good'),
                ],
                ['deal_id'],
                ['ended_on:min'],
            )
        )
        return {deal.id: ended_on for deal, ended_on in found}

    def _filter_process_done(self, deals):
        good = self._get_first_good_ends(deals)
        return deals.filtered(lambda deal: deal.id in good)

    def _get_spans_process_done(self, deals):
        return {deal_id: [(ended_on, datetime.max)] for deal_id, ended_on in self._get_first_good_ends(deals).items()}

    def _action_process_done(self, deal):
        return self._to_link(deal.action_dealflow_view_processes() | {'name': self.env._("Processes")})
