from odoo import api, fields, models

from ...tools.public_methods import public_method


class DealflowLinkCardMixin(models.AbstractModel):
    """A card that any other records are linked with, and how many (X51)."""

    _name = 'dealflow.link.card.mixin'
    _description = "Card with Linked Records"

    dealflow_link_count = fields.Integer(
        string="Linked Records", compute='_compute_dealflow_link_count', groups='dealflow.group_viewer'
    )

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_link_count(self):
        """Count the links of the cards from both sides: whoever reads a card sees all of its links."""
        counts = self.env['dealflow.record.link']._count_of_cards(self._name, self.ids)
        for card in self:
            card.dealflow_link_count = counts.get(card._origin.id, 0)

    @public_method(one=True)
    def action_dealflow_view_links(self):
        """Open the records that the card is linked with."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_record_link_action')
        return {
            **action,
            'display_name': self.env._("Linked with %(card)s", card=self.display_name),
            'domain': list(self.env['dealflow.record.link']._get_domain_of_cards(self._name, self.ids)),
            'context': {
                'default_source_model': self._name,
                'default_source_id': self.id,
                'dealflow_link_card': f'{self._name},{self.id}',
            },
        }
