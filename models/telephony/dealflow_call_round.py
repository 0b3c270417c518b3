from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ...tools.public_methods import public_method


class DealflowCallRound(models.Model):
    """Clients who are called one after another, with what to say to them (E60)."""

    _name = 'dealflow.call.round'
    _description = "Calling Round"
    _inherit = ['dealflow.derived.mixin', 'dealflow.company.mixin']
    _order = 'id desc'
    _is_guarded = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company, ondelete='restrict'
    )
    user_ids = fields.Many2many(
        'res.users',
        string="Who Calls",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="They see the round, and share its clients: nobody is offered whom a colleague has on the screen.",
    )
    script = fields.Text(help="What to say and to ask. It stands beside each client.")
    most_tries = fields.Integer(
        default=3, required=True, help="Who was not reached so many times is called no more in this round."
    )
    line_ids = fields.One2many('dealflow.call.round.line', 'round_id', string="Clients")
    line_count = fields.Integer(string="Number of Clients", compute='_compute_counts')
    open_count = fields.Integer(string="To Call", compute='_compute_counts')
    reached_count = fields.Integer(string="Reached", compute='_compute_counts')

    _check_most_tries = models.Constraint('CHECK (most_tries > 0)', "A client is called at least once.")

    @api.depends('line_ids.state')
    def _compute_counts(self):
        counts = {}
        for calling_round, state, count in self.env['dealflow.call.round.line']._read_group(
            [('round_id', 'in', self.ids)], ['round_id', 'state'], ['__count']
        ):
            counts.setdefault(calling_round, {})[state] = count
        for calling_round in self:
            of_round = counts.get(calling_round, {})
            calling_round.line_count = sum(of_round.values())
            calling_round.open_count = of_round.get('to_call', 0) + of_round.get('not_reached', 0)
            calling_round.reached_count = of_round.get('reached', 0)

    @public_method(one=True)
    def action_start(self):
        """Open the next client of the one round.

        :return: the action of the screen with the client
        :raise UserError: nobody is left
        """
        line = self.env['dealflow.call.round.line']._take_next(self)
        if not line:
            raise UserError(
                self.env._(
                    "Nobody is left to call in “%(round)s”, or colleagues have the last ones on their screens.",
                    round=self.name,
                )
            )
        return line._open()

    @public_method(one=True)
    def action_view_lines(self):
        """Open the clients of the one round, with what came of the calls."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_call_round_line_action')
        return {**action, 'domain': [('round_id', '=', self.id)], 'context': {'default_round_id': self.id}}

    @api.model
    def _make(self, partners):
        """Make a round of the contacts that have a number, in their order, and return the action that opens it."""
        with_number = partners.filtered(lambda partner: partner.phone or partner.phone_ids)
        return self._make_of_lines([{'partner_id': partner.id} for partner in with_number])

    @api.model
    def _make_of_opportunities(self, opportunities):
        """Make a round of the contacts of opportunities, or of the numbers of those that have no other.

        Nobody is called twice: neither a contact of several opportunities, nor a number that several have.
        """
        lines = {}
        for lead in opportunities:
            partner = lead.partner_id
            if partner.phone or partner.phone_ids or (partner and lead.phone):
                lines.setdefault(partner, {'partner_id': partner.id, 'lead_id': lead.id})
            elif lead.phone:
                lines.setdefault(lead.phone_sanitized or lead.phone, {'lead_id': lead.id})
        return self._make_of_lines(list(lines.values()))

    @api.model
    def _make_of_lines(self, lines):
        if not lines:
            raise UserError(
                self.env._(
                    "None of those chosen is a contact with a phone number, or an opportunity with one. Enter the "
                    "numbers first."
                )
            )
        calling_round = self.create(
            {
                'name': self.env._("Round of %(day)s", day=format_date(self.env, fields.Date.context_today(self))),
                'line_ids': [Command.create(line) for line in lines],
            }
        )
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': calling_round.id,
            'views': [(False, 'form')],
        }
