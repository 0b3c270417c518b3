from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DealflowStage(models.Model):
    """The stage to which deals move when the client accepts an offer."""

    _inherit = 'dealflow.stage'

    takes_accepted_offers = fields.Boolean(
        string="Accepted Offers Come Here",
        help="When a client accepts an offer online, its deal moves here from an earlier stage, if it meets the "
        "requirements. Otherwise the responsible person gets an activity.",
    )

    @api.constrains('takes_accepted_offers', 'funnel_id', 'active')
    def _check_takes_accepted_offers(self):
        for funnel in self.filtered('takes_accepted_offers').funnel_id:
            stages = funnel.stage_ids.filtered('takes_accepted_offers')
            if len(stages) > 1:
                raise ValidationError(
                    self.env._(
                        "Accepted offers can come to one stage of the funnel %(funnel)s only, not to %(stages)s. Leave "
                        "the mark on one of them.",
                        funnel=funnel.name,
                        stages=", ".join(stages.mapped('name')),
                    )
                )
