from odoo import api, models

from ...tools.own_context import YES

VIEWER = 'dealflow.group_viewer'


class DealflowCardMixin(models.AbstractModel):
    """A document whose card the company arranges: its form, and its own fields in lists and searches (E12, C31).

    What was arranged is an inherited view as any other, but one that is applied for users of Dealflow only: others see
    Odoo's forms as Odoo ships them.
    """

    _name = 'dealflow.card.mixin'
    _description = "Card That Can Be Arranged"

    # External ids of the form, and of the lists and searches of Dealflow.
    _dealflow_card_form = ''
    _dealflow_card_lists = ()
    _dealflow_card_searches = ()
    # The field with the currency of the document, for fields with amounts; None if it has none.
    _dealflow_card_currency = 'currency_id'

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env.user.has_group(VIEWER))

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        # The context of the client has no say: the answer is kept for all users alike.
        arranged = self.with_context(dealflow_arranged=YES if self.env.user.has_group(VIEWER) else None)
        return super(DealflowCardMixin, arranged)._get_view(view_id, view_type, **options)

    @api.model
    def _dealflow_action_arrange(self):
        """Return the action that opens the editor of the card."""
        return {
            'type': 'ir.actions.client',
            'tag': 'dealflow.card_editor',
            'name': self.env._("Arrange This Card"),
            'params': {'model': self._name},
            'target': 'current',
        }
