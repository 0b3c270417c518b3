from odoo import api, fields, models
from odoo.fields import Domain

# Further deals are left to the scheduled job, so that the user does not wait too long.
REFRESHED_AT_ONCE = 2000


class DealflowDeal(models.Model):
    """Shows what the stages of a deal require, and keeps checking whether the deal still meets it (E65).

    A deal is not moved back when a requirement is no longer met: it is marked and left out of the
    weighted forecast.
    """

    _inherit = 'dealflow.deal'
    _dealflow_code_only_fields = ('meets_requirements',)

    meets_requirements = fields.Boolean(
        string="Requirements Met",
        default=True,
        copy=False,
        readonly=True,
        help="The deal meets all requirements of its stage. Deals that do not are left out of the weighted forecast.",
    )
    stage_checklist = fields.Json(compute='_compute_stage_checklist', export_string_translation=False)

    @api.depends('stage_id', 'state')
    def _compute_stage_checklist(self):
        """List the requirements of the present and the next stage: whether they are met, and where to meet them."""
        for deal in self:
            stages = deal.stage_id | deal._get_next_stage() if deal.state != 'lost' else deal.stage_id.browse()
            deal.stage_checklist = (
                [
                    {
                        'stage': stage.name,
                        'is_present': stage == deal.stage_id,
                        'items': items,
                    }
                    for stage in stages
                    if (items := deal._get_checklist_items(stage))
                ]
                if deal._origin
                else []
            )

    def _get_next_stage(self):
        """Return the stage after the present one in the funnel; empty for the last one.

        From an archived stage, the next one is the first stage of the funnel.
        """
        self.ensure_one()
        stage_ids = self.stage_id._get_ordered_ids(self.funnel_id.id)
        position = stage_ids.index(self.stage_id.id) if self.stage_id.id in stage_ids else -1
        return self.stage_id.browse(stage_ids[position + 1 : position + 2])

    def _get_checklist_items(self, stage):
        self.ensure_one()
        deal = self._origin
        items = []
        for requirement in stage._get_requirements():
            is_missing = bool(requirement._get_missing(deal))
            items.append(
                {
                    'id': requirement.id,
                    'name': requirement.description,
                    'is_done': not is_missing,
                    'action': requirement._get_action(deal) if is_missing else None,
                }
            )
        return items

    def _get_missing_requirements(self):
        """Return the requirements of the present stages that the deals do not meet.

        Each requirement is checked once for all deals in its stage.

        :return: requirements by id of the deal; deals that meet all of theirs are left out
        :rtype: dict[int, recordset of dealflow.stage.requirement]
        """
        missing = {}
        for stage, deals in self.grouped('stage_id').items():
            for requirement in stage._get_requirements() if stage else ():
                for deal in requirement._get_missing(deals):
                    missing[deal.id] = missing.get(deal.id, requirement.browse()) | requirement
        return missing

    def _refresh_requirements(self):
        """Check again whether the deals meet the requirements of their present stages."""
        self._mark_requirements(self._get_missing_requirements())

    def _mark_requirements(self, missing):
        """Update ``meets_requirements`` of the deals for which it has changed.

        :param missing: unmet requirements, as returned by :meth:`_get_missing_requirements`
        """
        for is_met, deals in self.grouped(lambda deal: deal.id not in missing).items():
            # sudo - dealflow.deal: nobody may write this field, it follows from the requirements.
            deals.filtered(lambda deal, is_met=is_met: deal.meets_requirements != is_met).sudo()._dealflow_set_derived(
                {'meets_requirements': is_met}
            )

    @api.model
    def _get_requirements_domain(self):
        """Return the domain of deals whose mark may be outdated: in stages with requirements, or with the mark."""
        with_requirements = Domain('stage_id', 'in', list(self.env['dealflow.stage']._get_ids_with_requirements()))
        return Domain('state', '!=', 'lost') & (with_requirements | Domain('meets_requirements', '=', False))

    @api.model
    def _refresh_requirements_of_funnels(self, funnels):
        """Check the deals of funnels again that have started or stopped enforcing requirements."""
        domain = self._get_requirements_domain() & Domain('funnel_id', 'in', funnels.ids)
        deals = self.with_context(active_test=False).search(domain, order='id desc', limit=REFRESHED_AT_ONCE + 1)
        deals[:REFRESHED_AT_ONCE]._refresh_requirements()
        if len(deals) > REFRESHED_AT_ONCE:
            self.env.ref('dealflow.ir_cron_deal_requirements')._trigger()

    @api.model
    def _cron_refresh_requirements(self):
        """Check again all deals whose mark may be outdated, see :meth:`_get_requirements_domain`."""
        domain = self._get_requirements_domain()
        last_id = 0
        self.env['ir.cron']._commit_progress(remaining=self.search_count(domain))
        while deals := self.search(domain & Domain('id', '>', last_id), order='id', limit=500):
            deals._refresh_requirements()
            last_id = deals[-1].id
            if not self.env['ir.cron']._commit_progress(len(deals)):
                break
