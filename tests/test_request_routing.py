from collections import Counter
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from .common import DealflowCommon


class RequestCommon(DealflowCommon):
    """The people of two teams, and requests without a salesperson; no other rules than those of a test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'mail_auto_subscribe_no_notify': True})
        cls.env['dealflow.request.route'].search([]).active = False
        cls.env['crm.lead'].search([('dealflow_routing', '=', 'waiting')])._dealflow_set_derived(
            {'dealflow_routing': False}
        )

    @classmethod
    def _new_route(cls, *people, name="All requests", user=None, **values):
        """Return a rule for people, each with a share."""
        takers = [
            Command.create({'user_id': person.id, 'share': share, 'sequence': number})
            for number, (person, share) in enumerate(people)
        ]
        method = 'share' if any(share != 1 for _person, share in people) else 'turn'
        return cls._new('dealflow.request.route', user, {'name': name, 'method': method, 'taker_ids': takers, **values})

    @classmethod
    def _new_requests(cls, count=1, **values):
        return (
            cls.env['crm.lead']
            .with_context(tracking_disable=True)
            .create([{'name': "Price, please", 'type': 'opportunity', 'user_id': False, **values}] * count)
            .with_env(cls.env)
        )

    def _count_by_person(self, requests):
        return dict(Counter(lead.user_id for lead in requests))


@tagged('post_install', '-at_install')
class TestRequestShares(RequestCommon):
    """Requests are divided exactly, in a known order, and each says why (C30)."""

    def test_a_thousand_requests_reach_the_shares_exactly(self):
        route = self._new_route((self.rep_north, 50), (self.rep_second, 30), (self.rep_south, 20))
        requests = self._new_requests(1000).with_context(tracking_disable=True)
        for begin in range(0, 1000, 250):
            requests[begin : begin + 250]._dealflow_route()
        self.assertEqual(
            self._count_by_person(requests),
            {self.rep_north: 500, self.rep_second: 300, self.rep_south: 200},
        )
        for hundred in range(0, 1000, 100):
            self.assertEqual(
                self._count_by_person(requests[hundred : hundred + 100]),
                {self.rep_north: 50, self.rep_second: 30, self.rep_south: 20},
            )
        reasons = requests.mapped('dealflow_route_reason')
        self.assertEqual(len(set(reasons)), 1000, "each says which of them it is")
        self.assertRegex(
            requests.filtered(lambda lead: lead.user_id == self.rep_south)[-1].dealflow_route_reason,
            r"your share is 20 of 100, and with this one you have got 200 of \d+\.",
        )
        log = self.env['dealflow.request.assignment'].search([('route_id', '=', route.id)])
        self.assertEqual(len(log), 1000)
        self.assertEqual({row.lead_id: row.user_id for row in log}, {lead: lead.user_id for lead in requests})
        self.assertEqual(set(requests.mapped('dealflow_routing')), {'routed'})

    def test_an_imported_list_stays_as_it_is(self):
        """Rules give only what comes in: a file says itself whose its opportunities are (C55)."""
        self._new_route((self.rep_second, 1))
        answer = (
            self.env['crm.lead']
            .with_user(self.seller_all)
            .load(
                ['name', 'type', 'user_id/.id'],
                [["Of a person", 'opportunity', str(self.rep_north.id)], ["Of nobody", 'opportunity', '']],
            )
        )
        self.assertFalse([message for message in answer['messages'] if message['type'] == 'error'])
        owned, free = self.env['crm.lead'].browse(answer['ids'])
        self.assertRecordValues(
            owned + free,
            [
                {'user_id': self.rep_north.id, 'dealflow_routing': False},
                {'user_id': False, 'dealflow_routing': False},
            ],
        )

    def test_the_same_requests_go_to_the_same_people(self):
        order = []
        for _time in range(2):
            route = self._new_route((self.rep_north, 3), (self.rep_second, 2))
            requests = self._new_requests(10)
            requests._dealflow_route()
            order.append([lead.user_id for lead in requests])
            route.active = False
        self.assertEqual(order[0], order[1])
        self.assertEqual(
            order[0][:5], [self.rep_north, self.rep_second, self.rep_north, self.rep_second, self.rep_north]
        )

    def test_in_turn(self):
        self._new_route((self.rep_north, 1), (self.rep_second, 1), (self.rep_south, 1))
        requests = self._new_requests(4)
        requests._dealflow_route()
        self.assertEqual(
            [lead.user_id for lead in requests], [self.rep_north, self.rep_second, self.rep_south, self.rep_north]
        )
        self.assertEqual(
            requests[3].dealflow_route_reason,
            "Rule “All requests” (All): it is your turn, and with this one you have got 2 of 4.",
        )

    def test_shares_begin_anew_when_they_change(self):
        route = self._new_route((self.rep_north, 50), (self.rep_second, 50))
        self._new_requests(1)._dealflow_route()
        route.taker_ids[0].share = 10
        route.taker_ids[1].share = 90
        requests = self._new_requests(10)
        requests._dealflow_route()
        self.assertEqual(self._count_by_person(requests), {self.rep_north: 1, self.rep_second: 9})

    def test_who_was_away_is_not_flooded_afterwards(self):
        self._new_route((self.rep_north, 1), (self.rep_second, 1))
        leave = self._go_on_leave(self.rep_second)
        away = self._new_requests(6)
        away._dealflow_route()
        self.assertEqual(self._count_by_person(away), {self.rep_north: 6})
        leave.unlink()
        back = self._new_requests(6)
        back._dealflow_route()
        self.assertEqual(self._count_by_person(back), {self.rep_north: 3, self.rep_second: 3})

    def _go_on_leave(self, user):
        now = fields.Datetime.now()
        resource = self.env['resource.resource'].create({'name': user.name, 'user_id': user.id})
        return self.env['resource.calendar.leaves'].create(
            {
                'name': "Holiday",
                'resource_id': resource.id,
                'calendar_id': False,
                'date_from': now - timedelta(days=1),
                'date_to': now + timedelta(days=1),
            }
        )

    def test_a_limit_per_day(self):
        route = self._new_route((self.rep_north, 1), (self.rep_second, 1))
        route.taker_ids[0].limit_per_day = 2
        with freeze_time('2026-03-10 10:00:00'):
            requests = self._new_requests(8)
            requests[:3]._dealflow_route()
            requests[3:]._dealflow_route()
        self.assertEqual(self._count_by_person(requests), {self.rep_north: 2, self.rep_second: 6})

    def test_a_substitute_takes_the_turn_of_who_is_away(self):
        provider = self.env['dealflow.telephony.provider'].create(
            {'name': "PBX", 'country_id': self.env.ref('base.pl').id}
        )
        self.env['dealflow.telephony.extension'].create(
            {
                'provider_id': provider.id,
                'number': '901',
                'user_id': self.rep_north.id,
                'substitute_id': self.rep_south.id,
                'absent_from': date(2020, 1, 1),
            }
        )
        self._new_route((self.rep_north, 1), (self.rep_second, 1))
        requests = self._new_requests(4)
        requests._dealflow_route()
        self.assertEqual(self._count_by_person(requests), {self.rep_south: 2, self.rep_second: 2})
        self.assertIn(f"You stand in for {self.rep_north.name}, who is away.", requests[0].dealflow_route_reason)

    def test_a_team_gets_them_by_the_capacity_of_its_members(self):
        members = self.team_north.crm_team_member_ids
        members.filtered(lambda member: member.user_id == self.rep_north).assignment_max = 60
        members.filtered(lambda member: member.user_id == self.rep_second).assignment_max = 30
        self._new_route(target='team', team_id=self.team_north.id, method='share')
        requests = self._new_requests(9)
        requests._dealflow_route()
        self.assertEqual(self._count_by_person(requests), {self.rep_north: 6, self.rep_second: 3})
        self.assertEqual(requests.team_id, self.team_north)
        members.filtered(lambda member: member.user_id == self.rep_north).assignment_optout = True
        paused = self._new_requests(2)
        paused._dealflow_route()
        self.assertEqual(paused.user_id, self.rep_second)

    def test_only_in_working_hours_it_waits_otherwise(self):
        self.env.company.resource_calendar_id = self.env['resource.calendar'].create(
            {'name': "Weekdays", 'tz': 'UTC', 'company_id': self.env.company.id}
        )
        self._new_route((self.rep_north, 1), is_working_hours_only=True)
        request = self._new_requests()
        request._dealflow_await_routing()
        # A Sunday, and the Monday after it.
        with freeze_time('2026-03-08 10:00:00'):
            self.env['crm.lead']._dealflow_cron_route_batch(request)
            self.assertFalse(request.user_id)
            self.assertEqual(request.dealflow_routing, 'waiting')
        with freeze_time('2026-03-09 10:00:00'):
            self.env['crm.lead']._dealflow_cron_route_batch(request)
        self.assertEqual(request.user_id, self.rep_north)
        self.assertEqual(request.dealflow_routing, 'routed')


@tagged('post_install', '-at_install')
class TestRequestRoute(RequestCommon):
    """The first rule that fits and has somebody gives the request (C30)."""

    def _route(self, **values):
        request = self._new_requests(**values)
        request._dealflow_route()
        return request

    def test_each_condition(self):
        poland = self.env['dealflow.region'].create(
            {'name': "Test land", 'code': 'TST', 'country_id': self.env.ref('base.pl').id}
        )
        town = self.env['dealflow.region'].create({'name': "Test town", 'parent_id': poland.id})
        category = self.env['product.category'].create({'name': "Desks"})
        below = self.env['product.category'].create({'name': "High desks", 'parent_id': category.id})
        product = self.env['product.product'].create({'name': "Desk 1", 'categ_id': below.id})
        other = self.env['product.product'].create({'name': "Lamp 1"})
        source, medium, campaign = (
            self.env[model].create({'name': "Of this test"}) for model in ('utm.source', 'utm.medium', 'utm.campaign')
        )
        polish = self.env['res.lang']._activate_lang('pl_PL')
        client = self._new_partner("Client in town", region_id=town.id)
        fallback = self._new_route((self.rep_south, 1), name="The rest", sequence=99)
        for condition, fitting, strange in (
            ({'region_ids': poland.ids}, {'partner_id': client.id}, {}),
            ({'source_ids': source.ids}, {'source_id': source.id}, {}),
            ({'medium_ids': medium.ids}, {'medium_id': medium.id}, {}),
            ({'campaign_ids': campaign.ids}, {'campaign_id': campaign.id}, {}),
            ({'category_ids': category.ids}, {'dealflow_category_id': below.id}, {}),
            ({'category_ids': category.ids}, {'dealflow_product_id': product.id}, {'dealflow_product_id': other.id}),
            ({'product_ids': product.ids}, {'dealflow_product_id': product.id}, {'dealflow_product_id': other.id}),
            ({'lang_ids': polish.ids}, {'lang_id': polish.id}, {}),
            ({'amount_from': 1000}, {'expected_revenue': 1000}, {'expected_revenue': 999}),
            ({'amount_to': 1000}, {'expected_revenue': 999}, {'expected_revenue': 1000}),
        ):
            with self.subTest(condition=condition):
                special = self._new_route((self.rep_north, 1), name="Special", **condition)
                self.assertEqual(self._route(**fitting).dealflow_route_id, special)
                self.assertEqual(self._route(**strange).dealflow_route_id, fallback)
                special.active = False

    def test_the_region_of_a_request_without_a_client(self):
        land = self.env.ref('base.aq')
        region = self.env['dealflow.region'].create({'name': "Antarctica", 'country_id': land.id})
        route = self._new_route((self.rep_north, 1), region_ids=region.ids)
        self.assertEqual(self._route(country_id=land.id).dealflow_route_id, route)
        self.assertFalse(self._route(country_id=self.env.ref('base.pl').id).dealflow_route_id)

    def test_the_salesperson_of_the_group_comes_first(self):
        group = self._new_partner("Group", user_id=self.rep_second.id)
        entity = self._new_partner("Entity")
        self._link(group, entity, is_default=True)
        contact = self._new_contact("Person", entity)
        self._new_route((self.rep_north, 1))
        request = self._route(partner_id=contact.id)
        self.assertEqual(request.user_id, self.rep_second)
        self.assertIn("is your client", request.dealflow_route_reason)
        self.assertEqual(request.sudo().dealflow_assignment_ids.kind, 'owner')
        self.rep_second.active = False
        self.assertEqual(self._route(partner_id=contact.id).user_id, self.rep_north)

    def test_the_next_rule_where_nobody_is_there(self):
        self._new_route((self.rep_north, 1), name="First")
        second = self._new_route((self.rep_south, 1), name="Second", sequence=20)
        self.rep_north.active = False
        request = self._route()
        self.assertEqual((request.user_id, request.dealflow_route_id), (self.rep_south, second))

    def test_a_person_who_was_deactivated_is_named_and_passed_over(self):
        route = self._new_route((self.rep_north, 1), (self.rep_second, 1))
        self.rep_north.active = False
        self.assertIn(self.rep_north.name, route.problem)
        requests = self._new_requests(2)
        requests._dealflow_route()
        self.assertEqual(requests.user_id, self.rep_second)
        self.rep_second.active = False
        self.assertIn("Nobody can get a request", route.problem)
        self.assertFalse(self._route().user_id)

    def test_a_rule_without_people_is_refused(self):
        with self.assertRefused(ValidationError, "has no people"):
            self._new_route()
        with self.assertRefused(ValidationError, "names none"):
            self._new_route(target='team')
        empty = self.env['crm.team'].create({'name': "Nobody", 'company_id': False})
        with self.assertRefused(ValidationError, "has no members"):
            self._new_route(target='team', team_id=empty.id)
        route = self._new_route((self.rep_north, 1))
        with self.assertRefused(ValidationError, "has no people"):
            route.taker_ids = [Command.clear()]

    def test_by_the_button(self):
        request = self._new_requests()
        head = self.head_north
        request.team_id = self.team_north
        with self.assertRefused(UserError, "No routing rule fits"):
            request.with_user(head).action_dealflow_route()
        self._new_route((self.rep_north, 1))
        request.with_user(head).action_dealflow_route()
        self.assertEqual(request.user_id, self.rep_north)
        with self.assertRefused(UserError, "has the salesperson"):
            request.with_user(head).action_dealflow_route()

    def test_what_is_given_by_hand_no_longer_waits(self):
        request = self._new_requests()
        request._dealflow_await_routing()
        self.assertEqual(request.dealflow_routing, 'waiting')
        request.user_id = self.rep_north
        self.assertFalse(request.dealflow_routing)

    def test_why_me_in_the_language_of_who_gets_it(self):
        self.env['res.lang']._activate_lang('pl_PL')
        self.rep_north.lang = 'pl_PL'
        self._new_route((self.rep_north, 1))
        self.assertTrue(self._route().with_user(self.rep_north).dealflow_route_reason)


@tagged('post_install', '-at_install')
class TestRequestTurnsAtOnce(TransactionCase):
    """Two transactions do not count the same turn."""

    def test_a_transaction_that_began_before_counts_no_old_turn(self):
        values = {
            'name': "At once",
            'taker_ids': [Command.create({'user_id': self.env.ref('base.user_admin').id})],
            'active': True,
        }
        with self.registry.cursor() as cr:
            route_id = self.env(cr=cr)['dealflow.request.route'].create(values).id
        self.addCleanup(self._remove, route_id)
        with self.registry.cursor() as first, self.registry.cursor() as second:
            routes = [self.env(cr=cr)['dealflow.request.route'].browse(route_id) for cr in (first, second)]
            memories = [route.env['crm.lead']._dealflow_begin_round() for route in routes]
            # The second transaction sees the state of now from here on.
            self.assertTrue(routes[1].name)
            routes[0]._take_turn(routes[0].env['res.users'], memories[0])
            with self.assertRaises(ConcurrencyError):
                routes[1]._take_turn(routes[1].env['res.users'], memories[1])
            first.commit()
            with self.assertRaises(ConcurrencyError):
                routes[1]._take_turn(routes[1].env['res.users'], memories[1])
            second.rollback()
            second_memory = routes[1].env['crm.lead']._dealflow_begin_round()
            *_who, given, given_by_all = routes[1]._take_turn(routes[1].env['res.users'], second_memory)
            self.assertEqual((given, given_by_all), (2, 2))

    def _remove(self, route_id):
        with self.registry.cursor() as cr:
            self.env(cr=cr)['dealflow.request.route'].browse(route_id).unlink()
