from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ....tools.public_methods import TEXT, id_of, option_keys, public_method

SHOWN_PEOPLE = 10
# As many as there are keys.
SHORT_RESULTS = 9


class DealflowCall(models.Model):
    """What came of a call: typed in a few words right after it, or owed (E59, E61)."""

    _inherit = 'dealflow.call'

    # What is owed

    @api.model
    def _get_debt_domain(self):
        """Return the domain of the calls whose comment is owed (E59, E61).

        A client that was deleted since takes the debt along: nobody could log the call any more.
        """
        return Domain('needs_comment', '=', True) & Domain('partner_id', '!=', False)

    @api.model
    def _count_debts_at_limit(self, company):
        """Return how many comments on calls the user owes in a company, if it is enough to hold up deals; else 0."""
        # sudo - res.company: the setting applies to every user.
        limit = company.sudo().dealflow_comment_debt_limit
        connected = self.env['dealflow.telephony.provider']._is_connected
        if not limit or not self.env.user._dealflow_may_log_calls() or not connected():
            return 0
        # The user's own rights, also where an automation has elevated ones: what they may not read they cannot comment.
        calls = self.sudo(False)
        debts = calls.search_count(
            calls._get_debt_domain() & Domain('user_id', '=', self.env.uid) & Domain('company_id', '=', company.id)
        )
        return debts if debts >= limit else 0

    @api.readonly
    @api.model
    @public_method()
    def get_summary(self):
        """Return what calls ask of the user, for the start page (E59, E61).

        :rtype: dict
        :return: ``waiting``, missed calls to call back that the user may read; ``debts``, own calls without a comment;
            ``days`` since the oldest of these; ``limit``, with how many of them deals do not go on (0 is never); and
            ``people``, up to ten others for whom the user answers and who owe comments, most first, with ``id``,
            ``name``, ``debts`` and ``days``; an empty dictionary for who logs no calls
        """
        if not self.env.user._dealflow_may_log_calls():
            return {}
        of_company = Domain('company_id', '=', self.env.company.id)
        owed = self._read_group(
            self._get_debt_domain() & of_company & self._get_answered_for_domain(),
            ['user_id'],
            ['__count', 'started_on:min'],
        )
        now = fields.Datetime.now()
        rows = [
            {'id': user.id, 'name': user.name, 'debts': count, 'days': (now - oldest).days}
            for user, count, oldest in owed
        ]
        mine = next((row for row in rows if row['id'] == self.env.uid), {'debts': 0, 'days': 0})
        others = sorted(
            (row for row in rows if row['id'] != self.env.uid), key=lambda row: (-row['debts'], row['name'])
        )
        return {
            'waiting': self.search_count(of_company & Domain('is_waiting', '=', True)),
            'debts': mine['debts'],
            'days': mine['days'],
            'limit': self.env.company.dealflow_comment_debt_limit,
            'people': others[:SHOWN_PEOPLE],
        }

    @api.model
    def _get_debts_action(self):
        """Return the keys of the action that shows the user the own calls without a comment."""
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Comment Missing"),
            'res_model': self._name,
            'views': [[False, 'list'], [False, 'form']],
            'domain': [*self._get_debt_domain(), ('user_id', '=', self.env.uid)],
        }

    @api.model
    def _get_answered_for_domain(self):
        """Return the domain of the calls of the people for whom the user answers."""
        if self.env.user.has_group('dealflow.group_user'):
            return Domain.TRUE
        mine = Domain('user_id', '=', self.env.uid)
        if self.env.user.has_group('dealflow.group_user_team'):
            mine |= Domain('team_id.member_ids', 'in', self.env.uid) | Domain('team_id.user_id', '=', self.env.uid)
        return mine

    # What came of it, in a few words

    @api.readonly
    @public_method(one=True)
    def get_comment_form(self):
        """Return what the pop-up offers to say about the one call that has ended.

        :rtype: dict
        :return: ``results``, up to nine short ones; ``deals``, the newest open ones of the client that the user may
            read, with ``id`` and ``name``; ``deal_id``, the only one of them, or ``False``
        :raise UserError: the call was logged already, did not take place, belongs to no client or to somebody else
        """
        self._check_may_be_commented()
        deals = self._find_open_deals()
        return {
            'results': self._get_short_results(),
            'deals': [{'id': deal.id, 'name': deal.name} for deal in deals],
            'deal_id': deals.id if len(deals) == 1 else False,
        }

    def _check_deal(self, deal):
        """Refuse a deal of another client than that of the one call."""
        client = self.partner_id.business_partner_id or self.partner_id.commercial_partner_id
        if deal and deal.business_partner_id != client:
            raise UserError(
                self.env._(
                    "The deal “%(deal)s” is none of %(client)s. Choose one of the client who was on the phone.",
                    deal=deal.display_name,
                    client=client.display_name,
                )
            )

    def _get_short_results(self):
        """Return the short results of the company of the one call, or those that come with the module."""
        # sudo - res.company: the setting applies to every user.
        own = (self.company_id.sudo().dealflow_call_results or '').splitlines()
        results = [result.strip() for result in own if result.strip()] or [
            self.env._("Wants an offer"),
            self.env._("Question answered"),
            self.env._("Agreed on a meeting"),
            self.env._("Thinks it over"),
            self.env._("Asks to be called later"),
            self.env._("Not interested"),
        ]
        return results[:SHORT_RESULTS]

    @api.model
    def _get_comment_kinds(self):
        return {'text': TEXT, 'next_step': TEXT, 'deal_id': id_of('dealflow.deal')}

    @public_method(one=True, values=option_keys('_get_comment_kinds'))
    def log_comment(self, values):
        """Log the one call, which took place, as an event of its client, and plan the next step.

        :param values: ``text``, what came of the call, required; ``next_step``, planned for the time that Dealflow
            proposes; ``deal_id``, by default the only open deal of the client, ``False`` for none
        :rtype: int
        :return: id of the event
        :raise UserError: there is no text; the call was logged already, did not take place, belongs to no client or to
            somebody else
        """
        self._check_may_be_commented()
        values = values or {}
        if not (values.get('text') or '').strip():
            raise UserError(
                self.env._("Nothing is said about “%(call)s”. Type what came of it.", call=self.display_name)
            )
        logged = {
            **self._prepare_log_values(),
            'result': values['text'].strip(),
            'next_step': (values.get('next_step') or '').strip() or False,
        }
        if 'deal_id' in values:
            self._check_deal(self.env['dealflow.deal'].browse(values['deal_id'] or ()))
            logged['deal_id'] = values['deal_id']
        wizard = self.env['dealflow.event.log'].create(logged)
        event, _following = wizard._log_call()
        # sudo - dealflow.event.log: the dialog is used up.
        wizard.sudo().unlink()
        return event.id
