from odoo import api, fields, models
from odoo.exceptions import UserError


class DealflowConsent(models.Model):
    """A contact's consent to mailings, or refusal of them: when, and how it is known (P47).

    Rows are added by users and imports and never changed: a later statement is another row. The newest row is the
    current state.
    """

    _name = 'dealflow.consent'
    _description = "Consent to Mailings"
    _inherit = 'dealflow.log.mixin'
    _order = 'date desc, id desc'
    _rec_name = 'partner_id'
    _dealflow_code_only_fields = ('user_id',)

    partner_id = fields.Many2one('res.partner', string="Contact", required=True, index=True, ondelete='cascade')
    email = fields.Char(related='partner_id.email', depends=('partner_id',))
    state = fields.Selection(
        [('given', "Given"), ('refused', "Refused")], string="Status", required=True, default='given'
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    source = fields.Char(required=True, help="How you know: a form, a letter, a call, an event.")
    user_id = fields.Many2one('res.users', string="Recorded By", readonly=True, ondelete='restrict')

    # pylint: disable=method-required-super; rows are appended past the ORM, which refuses to make them
    @api.model_create_multi
    def create(self, vals_list):
        """Add rows, if the user has the right to do so, and store the user on them.

        :raise UserError: a row has no contact, no source, or a day in the future
        """
        self.check_access('create')
        rows = []
        for vals in self._add_missing_default_values_to(vals_list):
            partner = self.env['res.partner'].browse(vals.get('partner_id'))
            date, source = fields.Date.to_date(vals.get('date')), (vals.get('source') or '').strip()
            states = self._dealflow_get_value_labels('state')
            if not partner or not date or not source or vals.get('state') not in states:
                raise UserError(
                    self.env._(
                        "A consent needs a contact, a status, a day and a source (how you know); this row has: "
                        "%(contact)s, %(state)s, %(date)s, %(origin)s.",
                        contact=partner.display_name or "–",
                        state=states.get(vals.get('state'), "–"),
                        date=date or "–",
                        origin=source or "–",
                    )
                )
            partner.check_access('read')
            if date > fields.Date.context_today(self):
                raise UserError(
                    self.env._(
                        "The consent of %(contact)s cannot be of %(date)s: that day is in the future.",
                        contact=partner.display_name,
                        date=date,
                    )
                )
            rows.append(self._prepare_row(partner, vals['state'], date, source))
        consents = self._append(rows)
        # sudo - res.partner: marketing users record consents without the right to change contacts.
        consents.partner_id.sudo()._dealflow_sync_consents()
        return consents

    @api.model
    def _add_missing_default_values_to(self, vals_list):
        return [self._add_missing_default_values(vals) for vals in vals_list]

    @api.model
    def _prepare_row(self, partner, state, date, source):
        return {'partner_id': partner.id, 'state': state, 'date': date, 'source': source, 'user_id': self.env.uid}
