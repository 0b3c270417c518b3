from odoo import models

# What may change while reviewers look: the deal goes on through its funnel, and only the win waits for them.
GOES_ON = ['stage_id', 'short_status', 'move_comment', 'expected_close_date', 'lost_reason_id', 'lost_competitor_id']


class DealflowDeal(models.Model):
    """A deal whose definitions ask for a review is not won before it."""

    _name = 'dealflow.deal'
    _inherit = ['dealflow.deal', 'tier.validation']

    _state_from = ['open']
    _state_to = ['won']
    _cancel_state = 'lost'
    # It follows from the stage.
    _tier_validation_state_field_is_computed = True
    _tier_validation_manual_config = False

    def _get_under_validation_exceptions(self):
        return [*super()._get_under_validation_exceptions(), *GOES_ON]
