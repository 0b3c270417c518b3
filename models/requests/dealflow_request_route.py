from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_list

from ...tools.turns import take_turn


class DealflowRequestRoute(models.Model):
    """A rule of the routing: which requests it is for, and who gets them (C30).

    Rules are tried in their order. The first one that fits and has somebody who is there gives the request; what no
    rule can give away now waits without a salesperson, and is tried again by the job.

    Shares are exact: each request adds to everybody who is there the share that is theirs, and goes to whom most is
    owed. After as many requests as the shares add up to, everybody has got exactly theirs, and who was away neither
    gains nor loses (:meth:`_take_turn`).
    """

    _name = 'dealflow.request.route'
    _description = "Routing Rule"
    _inherit = ['mail.thread', 'dealflow.derived.mixin', 'dealflow.company.mixin']
    _order = 'sequence, id'
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company, ondelete='restrict'
    )
    currency_id = fields.Many2one(related='company_id.currency_id')

    # For which requests; what is empty fits all of them.
    region_ids = fields.Many2many('dealflow.region', string="Regions", help="With all regions that are part of them.")
    source_ids = fields.Many2many('utm.source', string="Sources")
    medium_ids = fields.Many2many('utm.medium', string="Media")
    campaign_ids = fields.Many2many('utm.campaign', string="Campaigns")
    category_ids = fields.Many2many(
        'product.category', string="Product Categories", help="With all categories that are part of them."
    )
    product_ids = fields.Many2many('product.product', string="Products")
    lang_ids = fields.Many2many('res.lang', string="Languages")
    amount_from = fields.Monetary(help="Expected revenue. 0 means any.")
    amount_to = fields.Monetary(string="Amount Up To", help="Expected revenue below this amount. 0 means any.")

    # Who gets them
    is_owner_first = fields.Boolean(
        string="Salesperson of the Client First",
        default=True,
        help="Requests of a client whose salesperson is there go to that person: the salesperson of the contact, of "
        "the company, or of its group.",
    )
    target = fields.Selection(
        [('people', "People"), ('team', "Sales Team")], string="Goes To", default='people', required=True, tracking=True
    )
    team_id = fields.Many2one(
        'crm.team',
        check_company=True,
        index='btree_not_null',
        tracking=True,
        help="The team of the opportunities. A rule for a team gives them to its members, by their capacity, and "
        "passes over who has paused the assignment.",
    )
    method = fields.Selection(
        [('turn', "In Turn"), ('share', "By Shares")],
        default='turn',
        required=True,
        tracking=True,
        help="By shares: those of the people below, or the average capacities of the members of the team.",
    )
    taker_ids = fields.One2many('dealflow.request.taker', 'route_id', string="People", copy=True)
    is_working_hours_only = fields.Boolean(
        string="Only in Working Hours",
        help="Who does not work at the moment is passed over. When nobody works, the request waits until somebody "
        "does.",
    )
    is_returned = fields.Boolean(
        string="Goes On When Nobody Works on It",
        help="A request that nobody works on in time is taken from the person and goes to the next one.",
    )
    answer_hours = fields.Float(
        string="Hours to Work on It",
        help="Working hours in which somebody has to work on a request. 0 takes those of the settings.",
    )
    assignment_ids = fields.One2many(
        'dealflow.request.assignment', 'route_id', string="Given Requests", groups='dealflow.group_manager'
    )
    conditions = fields.Char(string="For Requests", compute='_compute_conditions')
    problem = fields.Char(compute='_compute_problem')

    _check_amounts = models.Constraint(
        'CHECK (amount_from >= 0 AND amount_to >= 0 AND (amount_to = 0 OR amount_from < amount_to))',
        "The amounts of a routing rule are not negative, and begin below where they end. 0 means any.",
    )
    _check_answer_hours = models.Constraint(
        'CHECK (answer_hours >= 0)', "The hours to answer in cannot be negative. 0 takes those of the settings."
    )

    @api.depends(
        'region_ids',
        'source_ids',
        'medium_ids',
        'campaign_ids',
        'category_ids',
        'product_ids',
        'lang_ids',
        'amount_from',
        'amount_to',
    )
    def _compute_conditions(self):
        for route in self:
            route.conditions = '; '.join(route._describe_conditions()) or self.env._("All")

    @api.depends('target', 'team_id', 'taker_ids.user_id.active', 'taker_ids.share', 'company_id')
    def _compute_problem(self):
        for route in self:
            away = route.taker_ids.user_id.filtered(lambda user: not user.active)
            if not route._get_shares():
                route.problem = self.env._("Nobody can get a request by this rule: it is passed over.")
            elif route.target == 'people' and away:
                route.problem = self.env._(
                    "Archived, and passed over: %(people)s.", people=format_list(self.env, away.mapped('name'))
                )
            else:
                route.problem = False

    @api.constrains('target', 'team_id', 'taker_ids', 'active')
    def _check_people(self):
        for route in self.filtered('active'):
            if route.target == 'people' and not route.taker_ids:
                raise ValidationError(
                    self.env._("The routing rule “%(route)s” has no people. Add who gets requests.", route=route.name)
                )
            if route.target == 'team' and not route.team_id:
                raise ValidationError(
                    self.env._(
                        "The routing rule “%(route)s” goes to a team, and names none. Choose it in the field "
                        "“%(field)s”.",
                        route=route.name,
                        field=self._dealflow_get_field_label('team_id'),
                    )
                )
            if route.target == 'team' and not route.team_id.crm_team_member_ids:
                raise ValidationError(
                    self.env._(
                        "The routing rule “%(route)s” goes to the team %(team)s, which has no members. Add them to the "
                        "team first.",
                        route=route.name,
                        team=route.team_id.name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {'target', 'method', 'team_id', 'taker_ids'}:
            self._begin_turns_anew()
        return result

    def _begin_turns_anew(self):
        """Forget what is owed to whom: shares count from the last change of them on."""
        # sudo - dealflow.request.turn: who may change the rule decides on its turns, which nobody writes.
        self.env['dealflow.request.turn'].sudo().search([('route_id', 'in', self.ids)]).unlink()

    # For which requests

    def _describe_conditions(self):
        """Return what a request must be for the one rule, in words."""
        self.ensure_one()
        words = [
            self.env._("%(field)s: %(values)s", field=field._description_string(self.env), values=names)
            for field in map(self._fields.get, self._get_condition_fields())
            if (names := format_list(self.env, self[field.name].mapped('display_name')))
        ]
        currency = self.currency_id
        if self.amount_from:
            words.append(self.env._("from %(amount)s", amount=currency.format(self.amount_from)))
        if self.amount_to:
            words.append(self.env._("below %(amount)s", amount=currency.format(self.amount_to)))
        return words

    @api.model
    def _get_condition_fields(self):
        return (
            'region_ids',
            'source_ids',
            'medium_ids',
            'campaign_ids',
            'category_ids',
            'product_ids',
            'lang_ids',
        )

    def _fits(self, lead):
        """Return whether the one rule is for a request."""
        self.ensure_one()
        amount = lead.expected_revenue
        if self.amount_from and amount < self.amount_from or self.amount_to and amount >= self.amount_to:
            return False
        product = lead.dealflow_product_id
        return all(
            not wanted or _is_part_of(given, wanted)
            for given, wanted in (
                (lead._dealflow_get_region(), self.region_ids),
                (lead.source_id, self.source_ids),
                (lead.medium_id, self.medium_ids),
                (lead.campaign_id, self.campaign_ids),
                (lead.dealflow_category_id or product.categ_id, self.category_ids),
                (product, self.product_ids),
                (lead.lang_id, self.lang_ids),
            )
        )

    # Who gets them

    def _get_shares(self):
        """Return the share of everybody who may get requests by the one rule, in the order of the rule.

        Who is archived or no longer in the company is left out, and in a team who has paused the assignment.

        :rtype: dict[res.users, int]
        """
        self.ensure_one()
        shares = {}
        is_equal = self.method == 'turn'
        if self.target == 'team':
            for member in self.team_id.crm_team_member_ids.filtered(lambda member: not member.assignment_optout):
                shares[member.user_id] = 1 if is_equal else member.assignment_max
        else:
            for taker in self.taker_ids:
                shares[taker.user_id] = 1 if is_equal else taker.share
        return {
            user: share
            for user, share in shares.items()
            if share > 0 and user.active and not user.share and self.company_id in user.company_ids
        }

    def _get_full(self, round_memory):
        """Return who has got as many requests by the one rule as they may today, or as their team plans in 30 days."""
        self.ensure_one()
        full = self.env['res.users']
        if self.target == 'team':
            if self.team_id.assignment_enabled:
                for member in self.team_id.crm_team_member_ids:
                    given = round_memory['month'].get((self.id, member.user_id.id), 0)
                    if member.lead_month_count + given >= member.assignment_max:
                        full |= member.user_id
            return full
        for taker in self.taker_ids.filtered('limit_per_day'):
            if self._count_today(taker.user_id, round_memory) >= taker.limit_per_day:
                full |= taker.user_id
        return full

    def _count_today(self, user, round_memory):
        counts = round_memory['today']
        if self.id not in counts:
            counts[self.id] = self.env['dealflow.request.assignment']._count_today(self)
        return counts[self.id].get(user.id, 0)

    def _take_turn(self, excluded, round_memory):
        """Give one request by the one rule, and return to whom and why.

        :param excluded: users who do not get it
        :param dict round_memory: what is known of people in this round, see ``crm.lead._dealflow_begin_round``
        :return: the user who gets it, the user whose turn it is, their share, the sum of shares, how many requests they
            have got by this rule with this one, and how many were given by it; ``None`` when nobody is there
        """
        self.ensure_one()
        full = self._get_full(round_memory)
        found = {}
        for user, share in self._get_shares().items():
            taker = self.env['res.users'] if user in full else user._dealflow_find_present(round_memory)
            if taker and self.is_working_hours_only and not taker._dealflow_is_working(self.company_id, round_memory):
                taker = self.env['res.users']
            if taker and taker not in excluded and user not in excluded and self.company_id in taker.company_ids:
                found[user] = (taker, share)
        if not found:
            return None
        self._lock(round_memory)
        turns = self._get_turns(round_memory)
        shares = {user: share for user, (_taker, share) in found.items()}
        credits = {user: turns[user].credit for user in shares}
        user = take_turn(credits, shares)
        for each, credit in credits.items():
            turns[each].credit = credit
        turns[user].given += 1
        total = sum(shares.values())
        taker, share = found[user]
        for counts in (round_memory['month'], round_memory['today'].setdefault(self.id, {})):
            key = (self.id, user.id) if counts is round_memory['month'] else user.id
            counts[key] = counts.get(key, 0) + 1
        return taker, user, share, total, turns[user].given, sum(turn.given for turn in turns.values())

    def _explain_turn(self, taker, user, share, total, given, given_by_all):
        """Return in the language of who gets a request by the one rule why it is them."""
        self.ensure_one()
        route = self.with_context(lang=taker.lang or self.env.lang)
        words = {
            'route': route.name,
            'conditions': route.conditions,
            'share': share,
            'total': total,
            'given': given,
            'given_by_all': given_by_all,
        }
        if self.method == 'share':
            reason = route.env._(
                "Rule “%(route)s” (%(conditions)s): your share is %(share)s of %(total)s, and with this one you have "
                "got %(given)s of %(given_by_all)s.",
                **words,
            )
        else:
            reason = route.env._(
                "Rule “%(route)s” (%(conditions)s): it is your turn, and with this one you have got %(given)s of "
                "%(given_by_all)s.",
                **words,
            )
        if taker != user:
            reason = route.env._(
                "%(reason)s You stand in for %(person)s, who is away.", reason=reason, person=user.name
            )
        return reason

    def _get_turns(self, round_memory):
        """Return the turn of everybody in the one rule by user, in elevated rights; they are made where missing."""
        kept = round_memory['turns']
        if self.id not in kept:
            # sudo - dealflow.request.turn: nobody writes turns; whoever may route requests takes them.
            turns_sudo = self.env['dealflow.request.turn'].sudo()
            known = turns_sudo.search([('route_id', '=', self.id)])
            missing = [user for user in self._get_shares() if user not in known.user_id]
            known += turns_sudo.create([{'route_id': self.id, 'user_id': user.id} for user in missing])
            kept[self.id] = {turn.user_id: turn for turn in known}
        return kept[self.id]

    def _lock(self, round_memory):
        """Let nobody else take turns of the one rule until the end of the transaction.

        A lock alone would not do: a transaction that began before the last one ended would count by old turns. The
        updated row refuses it.

        :raise ConcurrencyError: another transaction takes turns of the rule; try again in a new one
        """
        if self.id in round_memory['locked']:
            return
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL("SELECT FROM dealflow_request_route WHERE id = %s FOR UPDATE NOWAIT", self.id),
                    log_exceptions=False,
                )
                self.env.cr.execute(
                    SQL("UPDATE dealflow_request_route SET sequence = sequence WHERE id = %s", self.id),
                    log_exceptions=False,
                )
        except (LockNotAvailable, SerializationFailure) as error:
            raise ConcurrencyError(
                self.env._("Requests are being routed by “%(route)s” just now. Try again.", route=self.name)
            ) from error
        round_memory['locked'].add(self.id)

    @api.model
    def _get_routes(self, company):
        """Return the rules of a company in their order, in elevated rights."""
        # sudo - dealflow.request.route: requests are routed for whoever takes them in, which may be the website.
        return self.sudo().search(Domain('company_id', '=', company.id))

    def _get_answer_hours(self):
        """Return the working hours in which a request has to be worked on; 0 when there is no such limit."""
        self.ensure_one()
        return self.answer_hours or self.company_id.dealflow_request_hours


def _is_part_of(record, wanted):
    """Return whether a record is one of those that are wanted, or lies below one of them."""
    if 'parent_path' not in record._fields:
        return bool(record) and record in wanted
    return any(record.parent_path.startswith(each.parent_path) for each in wanted) if record else False
