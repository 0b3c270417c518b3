from odoo import api, fields, models
from odoo.fields import Domain


class DealflowCardRowMixin(models.AbstractModel):
    """Rows that hang on one of several cards: who reads the card reads them, who may change it changes them.

    The model names the fields that point to its cards in ``_card_fields``, has a constraint that one of them is set,
    and record rules that ask for ``is_card_readable`` (read) and ``is_card_writable`` (the rest). So the rows follow
    all that the rules of the card say, now and later.
    """

    _name = 'dealflow.card.row.mixin'
    _description = "Rows of Cards"

    _card_fields = ()

    is_card_readable = fields.Boolean(
        compute='_compute_card_access', search='_search_is_card_readable', export_string_translation=False
    )
    is_card_writable = fields.Boolean(
        compute='_compute_card_access', search='_search_is_card_writable', export_string_translation=False
    )

    def _get_card(self):
        """Return the record that the row hangs on; None for a new row that hangs on none yet."""
        self.ensure_one()
        return next(filter(None, (self[name] for name in self._card_fields)), None)

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_card_access(self):
        for row in self:
            # sudo - rows of cards: whether the user may do something is asked of the card as the user.
            card = row.sudo()._get_card()
            row.is_card_readable = card is None or card.sudo(False).has_access('read')
            row.is_card_writable = card is None or (row.is_card_readable and card.sudo(False).has_access('write'))

    def _search_is_card_readable(self, operator, value):
        return self._get_card_access_domain('read') if operator == 'in' else NotImplemented

    def _search_is_card_writable(self, operator, value):
        return self._get_card_access_domain('write') if operator == 'in' else NotImplemented

    @api.model
    def _get_card_access_domain(self, operation):
        """Return the domain of the rows on whose cards the user may do something."""
        domain = Domain.FALSE
        for name in self._card_fields:
            cards = self.env[self._fields[name].comodel_name].sudo(False).with_context(active_test=False)
            if cards.has_access('read') and cards.has_access(operation):
                # The search of the user, with all that the rules of the card say.
                rules = self.env['ir.rule'].sudo(False)._compute_domain(cards._name, operation)
                query = cards._search(Domain('id', 'in', cards.sudo()._search(rules)))
                domain |= Domain(name, 'any', query)
        return domain
