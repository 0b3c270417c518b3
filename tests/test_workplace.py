from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import DealflowCase
from .event_common import EventCommon

NOW = '2026-03-11 09:00:00'


class WorkplaceCommon(EventCommon):
    """Test case on Wednesday, 11 March 2026, at noon in Moscow, where the users are.

    ::

        Ромашка (Moscow, noon) with Анна      Восток (Vladivostok, seven in the evening) with Олег
        Quiet (time not known)
    """

    env_context = {**EventCommon.env_context, 'tz': 'Europe/Moscow', 'lang': 'en_US'}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frozen = freeze_time(NOW)
        cls.frozen.start()
        cls.addClassCleanup(cls.frozen.stop)
        for user in (cls.rep_north, cls.rep_south, cls.head_north, cls.seller_all, cls.viewer, cls.manager):
            user.tz = 'Europe/Moscow'
        cls.company.resource_calendar_id.tz = 'Europe/Moscow'
        cls.russia = cls._new('dealflow.region', None, {'name': "Russia", 'work_from': 9.0, 'work_to': 18.0})
        cls.moscow, cls.far_east = cls.env['dealflow.region'].create(
            [
                {'name': "Moscow", 'parent_id': cls.russia.id, 'tz': 'Europe/Moscow'},
                {'name': "Far East", 'parent_id': cls.russia.id, 'tz': 'Asia/Vladivostok'},
            ]
        )
        cls.partner.write({'region_id': cls.moscow.id, 'phone': "+7 (495) 123-45-67", 'ref': 'C-17', 'city': "Москва"})
        cls.contact.write({'function': "Buyer", 'phone': "8 495 765 43 21"})
        cls.east = cls._new_partner("Восток", region_id=cls.far_east.id)
        cls.oleg = cls._new_contact("Олег", cls.east, phone="+7 423 2000000")
        cls.quiet = cls._new_partner("Quiet")
        cls.deal_values = {**cls.deal_values, 'legal_entity_id': cls.partner.id, 'opened_on': '2026-01-01'}
        cls.event_values = {**cls.event_values, 'client_contact_id': False, 'user_id': cls.rep_north.id}

    @classmethod
    def _at(cls, day, hour=12, client=None, **values):
        """Return an event of the rep on a day of March 2026, at an hour of Moscow."""
        start = datetime(2026, 3, day, hour) - timedelta(hours=3)
        partner = client or cls.partner
        return cls._new_event(cls.rep_north, start=start, business_partner_id=partner.id, **values)

    @classmethod
    def _as(cls, user):
        return cls.env['dealflow.workplace'].with_user(user)

    def _hide(self, partners):
        """Give partners, without all that hangs on them, to a company that nobody of the test works for."""
        foreign = self.env['res.company'].create({'name': f"Out of sight {partners.ids}"})
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET company_id = %s WHERE id IN %s", [foreign.id, tuple(partners.ids)])
        self.env.invalidate_all()

    def _get_page(self, user=None, **options):
        self.env.flush_all()
        self.env.invalidate_all()
        return self._as(user or self.rep_north).get_page(options)

    def _get_client(self, user=None, partner=None, **options):
        self.env.flush_all()
        self.env.invalidate_all()
        return self._as(user or self.rep_north).get_client((partner or self.partner).id, options)


@tagged('post_install', '-at_install')
class TestWorkplacePage(WorkplaceCommon):
    """The left side: the day of the rep, and the clients to turn to."""

    def test_day(self):
        morning = self._at(11, 10, name="Morning")
        evening = self._at(11, 18, name="Evening")
        done = self._at(11, 9, name="Done", event_status_id=self.done.id)
        old = self._at(9, name="Old")
        self._at(12, name="Tomorrow")
        page = self._get_page()
        self.assertEqual([row['id'] for row in page['events']], [done.id, morning.id, evening.id])
        self.assertEqual([row['state'] for row in page['events']], ['done', 'overdue', 'current'])
        self.assertEqual([row['id'] for row in page['overdue']], [old.id, morning.id])
        self.assertEqual(page['counters'], {'overdue': 2, 'today': 1, 'done': 1, 'tomorrow': 1})
        self.assertEqual([day['count'] for day in page['days'] if day['count']], [1, 2, 1])
        self.assertEqual((page['day'], page['first_day'], page['last_day']), ('2026-03-11',) * 3)

    def test_week_and_another_day(self):
        self._at(11)
        friday = self._at(13, name="Friday")
        self.assertEqual(len(self._get_page(span='week')['events']), 2)
        page = self._get_page(date='2026-03-13')
        self.assertEqual([row['id'] for row in page['events']], [friday.id])
        self.assertEqual((page['today'], page['day']), ('2026-03-11', '2026-03-13'))

    def test_only_own_events_of_types_for_the_start_page(self):
        self._new_event(self.rep_south, start=fields.Datetime.now(), user_id=self.rep_south.id)
        self.assertEqual(self._get_page()['events'], [])
        self._at(11, 18)
        self.call_type.write({'color': 7, 'icon': 'fa-phone'})
        [row] = self._get_page()['events']
        self.assertEqual((row['color'], row['icon']), (7, 'fa-phone'))
        self.call_type.on_start_page = False
        self.assertEqual(self._get_page()['events'], [])

    def test_who_can_be_reached_now_comes_first(self):
        """In Vladivostok it is seven in the evening: the client there comes last, though its call is the first."""
        self._at(11, 13, self.east, client_contact_id=self.oleg.id)
        self._at(11, 14, self.quiet)
        self._at(11, 17)
        clients = self._get_page()['clients']
        self.assertEqual([row['name'] for row in clients], ["Ромашка", "Quiet", "Восток"])
        self.assertEqual([row['is_reachable'] for row in clients], [True, False, False])
        self.assertEqual([row['tz'] for row in clients], ['Europe/Moscow', False, 'Asia/Vladivostok'])
        self.assertEqual([row['clock'] for row in clients], ["12:00", "", "19:00"])
        self.assertEqual(clients[2]['reachable_at'], '2026-03-11 23:00:00')
        self.assertEqual(clients[2]['contact']['name'], "Олег")
        self.assertEqual(clients[2]['phone'], "+7 423 2000000")
        self.assertEqual(clients[0]['next_step']['start'], '2026-03-11 14:00:00')

    def test_holidays_and_weekends(self):
        with freeze_time('2026-03-14 09:00:00'):
            clock = self.partner._dealflow_get_clocks()[self.partner.id]
        self.assertFalse(clock['is_reachable'], "a Saturday")
        self.assertEqual(clock['reachable_at'], datetime(2026, 3, 16, 6))

    def test_calendar_of_the_company_changes(self):
        self.assertTrue(self.partner._dealflow_get_clocks()[self.partner.id]['is_reachable'])
        lines = self.company.resource_calendar_id.attendance_ids
        lines.filtered(lambda line: line.dayofweek == '2').unlink()
        self.assertFalse(self.partner._dealflow_get_clocks()[self.partner.id]['is_reachable'])

    def test_hours_of_a_part_of_the_region(self):
        self.moscow.write({'work_from': 13.0, 'work_to': 15.5})
        clock = self.partner._dealflow_get_clocks()[self.partner.id]
        self.assertFalse(clock['is_reachable'])
        self.assertEqual(clock['reachable_at'], datetime(2026, 3, 11, 10))
        self.assertTrue(
            self.partner._dealflow_get_clocks(datetime(2026, 3, 11, 12, 29))[self.partner.id]['is_reachable']
        )

    def test_contact_has_a_time_of_its_own(self):
        self.contact.dealflow_tz = 'Asia/Tokyo'
        clocks = (self.contact | self.partner)._dealflow_get_clocks()
        self.assertEqual(clocks[self.contact.id]['clock'], "18:00")
        self.assertEqual(clocks[self.partner.id]['clock'], "12:00")

    def test_what_a_superior_has_set_stands_among_the_own(self):
        self.partner.with_user(self.head_north).activity_schedule(
            'mail.mail_activity_data_todo',
            user_id=self.rep_north.id,
            summary="Send the contract",
            date_deadline=fields.Date.to_date('2026-03-10'),
        )
        self._new_event(
            self.head_north, start=fields.Datetime.now() + timedelta(hours=1), business_partner_id=self.partner.id
        )
        page = self._get_page()
        [activity] = page['activities']
        self.assertEqual(
            (activity['name'], activity['set_by'], activity['state'], activity['client']['id']),
            ("Send the contract", self.head_north.name, 'overdue', self.partner.id),
        )
        self.assertEqual([row['set_by'] for row in page['events']], [self.head_north.name])
        self.assertEqual((page['counters']['overdue'], page['counters']['today']), (1, 1))

    def test_settings(self):
        settings = self._get_page()['settings']
        self.assertTrue(settings['may_work'] and settings['may_price'])
        row = next(row for row in settings['event_types'] if row['id'] == self.call_type.id)
        self.assertEqual([status['name'] for status in row['statuses']], ["Done", "No answer"])
        self.assertEqual([status['is_default'] for status in row['statuses']], [True, False])
        self.assertFalse(self._get_page(self.viewer)['settings']['may_work'])

    def test_clients_who_went_to_another_company_leave_the_page_open(self):
        """An event stays that of the rep; the name of its client is told to whoever may read the client."""
        event = self._at(11, 18, self.east, client_contact_id=self.oleg.id)
        kept = self._at(11, 19)
        self._hide(self.east | self.oleg)
        page = self._get_page()
        rows = {row['id']: (row['client'], row['contact'], row['phone']) for row in page['events']}
        self.assertEqual(rows[event.id], (False, False, ''))
        self.assertEqual(rows[kept.id][0]['id'], self.partner.id)
        self.assertEqual([row['id'] for row in page['clients']], [self.partner.id])

    def test_days_at_the_ends_of_the_calendar_are_refused(self):
        for day in ('0001-01-01', '9999-12-31'):
            with self.subTest(day=day), self.assertRefused(UserError, "cannot be read"):
                self._get_page(date=day)

    def test_overdue_tasks_count_for_their_client(self):
        self._at(11, 18)
        self.partner.activity_schedule(
            'mail.mail_activity_data_todo', date_deadline='2026-03-02', user_id=self.rep_north.id
        )
        self.assertEqual([row['overdue_count'] for row in self._get_page()['clients']], [1])

    def test_empty_database_tells_what_to_do_first(self):
        beginner = self._new_user('beginner', 'dealflow.group_user_own')
        actions = self._get_page(beginner)['help']['actions']
        self.assertEqual(actions[0]['action'], 'dealflow.res_partner_action_new_client')
        for action in actions:
            self.assertTrue(self.env.ref(action['action']))
        self.assertEqual(self._get_page(self.viewer)['help']['actions'], [])
        self._new_partner("First", user_id=beginner.id)
        self.assertFalse(self._get_page(beginner)['help'])

    def test_queries_do_not_grow(self):
        def fill(number):
            client = self._new_partner(f"Client {number}", region_id=self.far_east.id)
            contact = self._new_contact("Person", client)
            self._at(11, 18, client, client_contact_id=contact.id)
            self._at(9, 18, client, client_contact_id=contact.id)
            client.activity_schedule('mail.mail_activity_data_todo', user_id=self.rep_north.id)

        fill(0)
        self._get_page()
        few = self._count_queries(lambda: self._as(self.rep_north).get_page())
        for number in range(1, 25):
            fill(number)
        many = self._count_queries(lambda: self._as(self.rep_north).get_page())
        self.assertLessEqual(many, few)

    def test_moving_by_drag(self):
        event = self._at(11, 18)
        [row] = self._get_page()['events']
        self.assertTrue(row['may_edit'])
        event.with_user(self.rep_north).write({'start': '2026-03-12 09:00:00', 'stop': '2026-03-12 10:00:00'})
        self.assertEqual(self._get_page()['events'], [])


@tagged('post_install', '-at_install')
class TestWorkplaceSearch(WorkplaceCommon):
    """The search over all clients: by name, by any spelling of any phone, by code."""

    def _find(self, text, user=None):
        return [(row['name'], row['match']['kind']) for row in self._as(user or self.rep_north).search_clients(text)]

    def test_search(self):
        self.env['dealflow.partner.phone'].create({'partner_id': self.oleg.id, 'number': "0 (423) 2-111-222"})
        self.env.flush_all()
        for text, expected in (
            ("ромаш", ("Ромашка", 'name')),
            ("4951234567", ("Ромашка", 'phone')),
            ("+7 495 765-43-21", ("Ромашка", 'phone')),
            ("+7 423 2111222", ("Восток", 'phone')),
            ("c-17", ("Ромашка", 'code')),
            ("олег", ("Восток", 'name')),
        ):
            with self.subTest(text=text):
                self.assertIn(expected, self._find(text))
        self.assertEqual(self._find("c-1"), [], "a code is found as a whole")
        self.assertEqual(self._find("р"), [])

    def test_found_person_comes_with_the_client(self):
        [row] = self._as(self.viewer).search_clients("олег")
        self.assertEqual(
            (row['id'], row['match']['contact_id'], row['match']['text']), (self.east.id, self.oleg.id, "Восток, Олег")
        )

    def test_legal_entity_leads_to_its_partner(self):
        entity = self._new_partner("Lotus Ltd", counterparty_role='entity', vat='BE0477472701')
        self._link(self.partner, entity)
        self.assertEqual(self._find("BE0477472701"), [("Ромашка", 'code')])

    def test_clients_of_another_company_are_not_found(self):
        foreign = self.env['res.company'].create({'name': "Other company"})
        self._new_partner("Foreign client", company_id=foreign.id)
        self.assertEqual(self._find("Foreign client"), [])

    def test_queries_do_not_grow(self):
        self._new_partner("Same 0")
        few = self._count_queries(lambda: self._as(self.rep_north).search_clients("Same"))
        for number in range(1, 20):
            self._new_contact("Person", self._new_partner(f"Same {number}"), region_id=self.moscow.id)
        many = self._count_queries(lambda: self._as(self.rep_north).search_clients("Same"))
        self.assertLessEqual(many, few + 2, "the regions, which the first had none of")


@tagged('post_install', '-at_install')
class TestWorkplaceClient(WorkplaceCommon):
    """Middle and right: everything about the client that is chosen."""

    def test_gone_client(self):
        gone = self._new_partner("Gone")
        gone_id = gone.id
        gone.unlink()
        self.assertIs(self._as(self.rep_north).get_client(gone_id), False)
        foreign = self.env['res.company'].create({'name': "Other company"})
        other = self._new_partner("Foreign", company_id=foreign.id)
        self.assertIs(self._as(self.rep_north).get_client(other.id), False)

    def test_what_belongs_to_another_company_is_left_out(self):
        """Of a group, its entity and the firm of a person, those that one may read are shown."""
        entity, firm = self._new_partner("Foreign entity"), self._new_partner("Foreign firm")
        self._new('dealflow.entity.link', None, {'partner_id': self.partner.id, 'entity_id': entity.id})
        guest = self._new_contact("Guest", firm, other_company_ids=self.partner)
        self._hide(entity | firm)
        client = self._get_client()
        self.assertEqual([each['id'] for each in client['client']['entities']], [self.partner.id])
        self.assertFalse(next(each for each in client['contacts'] if each['id'] == guest.id)['company'])

    def test_header_and_figures(self):
        entity = self._new_partner("Lotus Ltd", counterparty_role='entity')
        self._link(self.partner, entity)
        won = self._new_deal(user_id=self.rep_south.id, amount=300.0)
        won.action_win("Signed")
        self._new_deal(user_id=self.rep_north.id, amount=100.0)
        client = self._get_client()
        self.assertTrue(client['client']['is_group'])
        self.assertEqual({row['name'] for row in client['client']['entities']}, {"Ромашка", "Lotus Ltd"})
        self.assertEqual(client['client']['clock'], "12:00")
        figures = {row['key']: row['value'] for row in client['figures']}
        self.assertEqual((figures['deal_count'], figures['total_sales'], figures['average_bill']), (2, 300.0, 300.0))
        self.assertEqual(list(figures), ['client_since', 'deal_count', 'average_bill', 'total_sales'])
        card = self.partner.with_user(self.rep_north)
        self.assertEqual(figures['total_sales'], card.group_total_sales)

    def test_contact_is_chosen_by_itself(self):
        client = self._get_client(partner=self.contact)
        self.assertEqual((client['client']['id'], client['client']['contact_id']), (self.partner.id, self.contact.id))

    def test_people_of_the_whole_group(self):
        entity = self._new_partner("Lotus Ltd", counterparty_role='entity')
        self._link(self.partner, entity)
        self._new_contact("Борис", entity, dealflow_tz='Asia/Tokyo')
        self.env['dealflow.partner.phone'].create(
            {'partner_id': self.contact.id, 'number': "+7 900 1", 'kind': 'mobile'}
        )
        people = {row['name']: row for row in self._get_client()['contacts']}
        self.assertEqual(set(people), {"Анна", "Борис"})
        self.assertEqual([phone['href'] for phone in people["Анна"]['phones']], ['tel:84957654321', 'tel:+79001'])
        self.assertEqual((people["Анна"]['function'], people["Анна"]['region']), ("Buyer", "Moscow"))
        self.assertEqual(people["Борис"]['clock'], "18:00")
        self.assertEqual(people["Борис"]['company']['name'], "Lotus Ltd")

    def test_events_newest_first_with_filters(self):
        call = self._at(10, name="Call", event_status_id=self.done.id, client_contact_id=self.contact.id, result="Yes")
        meeting = self._at(12, name="Meeting", event_type_id=self.meeting_type.id)
        self._at(11, client=self.east)
        self.assertEqual([row['id'] for row in self._get_client()['events']], [meeting.id, call.id])
        for key, expected in (('calls', call), ('done', call), ('meetings', meeting), ('open', meeting)):
            self.call_type.is_call = True
            with self.subTest(filter=key):
                found = self._get_client(event_filter=key, only='events')
                self.assertEqual([row['id'] for row in found['events']], expected.ids)
        found = self._get_client(contact_id=self.contact.id)['events']
        self.assertEqual(
            [(row['id'], row['result'], row['contact']['id']) for row in found], [(call.id, "Yes", self.contact.id)]
        )
        page = self._get_client(limit=1, offset=1, only='events')
        self.assertEqual(
            ([row['id'] for row in page['events']], page['has_more'], page['event_count']), ([call.id], False, 2)
        )

    def test_only_what_was_written_is_shown(self):
        self._at(11, description="<p>They need <b>ten</b> chairs</p>")
        self._at(10)
        self.assertIn("Organized by", self.env['calendar.event'].search([], order='id desc', limit=1).description)
        self.assertEqual([row['content'] for row in self._get_client()['events']], ["They need *ten* chairs", ""])

    def test_private_event_of_a_colleague_keeps_its_content(self):
        self._new_event(
            self.rep_south,
            start=fields.Datetime.now(),
            user_id=self.rep_south.id,
            privacy='private',
            business_partner_id=self.partner.id,
            name="Secret",
            result="Secret result",
            description="Secret",
        )
        [row] = self._get_client()['events']
        self.assertNotIn("Secret", str(row))
        self.assertTrue(row['is_private'])

    def test_what_is_open(self):
        late = self._new_deal(user_id=self.rep_north.id, name="Late", expected_close_date='2026-03-01')
        self._new_receipt(late, name="Advance", date_planned='2026-03-02', amount=300)
        self.env['dealflow.claim'].create(
            {'name': "Broken", 'business_partner_id': self.partner.id, 'user_id': self.rep_north.id}
        )
        self.env['dealflow.contract'].create(
            {
                'name': "Frame",
                'entity_id': self.partner.id,
                'date_start': '2026-01-01',
                'date_end': '2026-03-15',
                'state': 'active',
            }
        )
        self.partner.action_submit_requisites()
        client = self._get_client()
        kinds = [row['kind'] for row in client['open']]
        self.assertEqual(set(kinds), {'deal', 'receipt', 'claim', 'requisites', 'contract'})
        self.assertEqual(
            [row['severity'] for row in client['open']],
            sorted((row['severity'] for row in client['open']), key=('danger', 'warning', 'info').index),
        )
        by_kind = {row['kind']: row for row in client['open']}
        self.assertEqual((by_kind['receipt']['amount'], by_kind['receipt']['severity']), (300.0, 'danger'))
        self.assertTrue(by_kind['deal']['may_edit'] and by_kind['receipt']['may_edit'])
        self.assertEqual(client['open_count'], 5)

    def test_actions(self):
        actions = self._get_client()['actions']
        self.assertEqual(
            (actions['details']['res_model'], actions['details']['res_id']), ('res.partner', self.partner.id)
        )
        self.assertEqual(actions['price']['tag'], 'dealflow.price_form')
        self.assertEqual(actions['price']['params'], {'partner_id': self.partner.id})
        self._at(11)
        self.assertEqual(self.env['calendar.event'].search_count(actions['events']['domain']), 1)
        self.assertIs(self._get_client(self.viewer)['actions']['price'], False)

    def test_usual_contact(self):
        """Whom the next step is with, else whom the last event was with; an archived client is told (C12)."""
        first, other = (self._new_contact(name, self.partner) for name in ("Aaron", "Zoe"))
        self.assertFalse(self._get_client()['client']['usual_contact_id'])
        self._at(9, event_status_id=self.done.id, client_contact_id=other.id)
        self.assertEqual(self._get_client()['client']['usual_contact_id'], other.id)
        self._at(15, client_contact_id=first.id)
        self.assertEqual(self._get_client()['client']['usual_contact_id'], first.id)
        self.assertFalse(self._get_client()['client']['is_archived'])
        self.partner.active = False
        self.assertTrue(self._get_client()['client']['is_archived'])

    def test_finance(self):
        deal = self._new_deal(user_id=self.rep_north.id)
        receipt = self._new_receipt(deal, name="Advance", date_planned='2026-03-02', amount=300)
        self.env.flush_all()
        self.env.cr.execute("UPDATE dealflow_receipt SET date_likely = '2026-03-20' WHERE id = %s", [receipt.id])
        self.env.invalidate_all()
        finance = self._get_client()['finance']
        [row] = finance['receipts']['rows']
        self.assertEqual(
            (row['date_promised'], row['date_likely'], row['is_overdue'], row['open_amount']),
            ('2026-03-02', '2026-03-20', True, 300.0),
        )
        self.assertEqual((finance['receipts']['count'], finance['receipts']['amount']), (1, 300.0))
        self.assertEqual(finance['unpaid']['count'], 0)
        self.assertIs(finance['payments'], False, "reps may not read payments")
        for name in finance['actions'].values():
            self.assertTrue(hasattr(self.partner, name))

    def test_unpaid_invoices(self):
        self._new_invoice(
            self.partner,
            120,
            day='2026-01-10',
            post=True,
            invoice_date_due='2026-02-10',
            invoice_user_id=self.rep_north.id,
        )
        unpaid = self._get_client()['finance']['unpaid']
        self.assertEqual((unpaid['count'], unpaid['amount'], unpaid['overdue_amount']), (1, 120.0, 120.0))
        self.assertTrue(unpaid['rows'][0]['is_overdue'])

    def test_rights_of_every_block(self):
        """Own deals, those of the team, all, and a viewer: each sees in each block what their records rules allow."""
        mine = self._new_deal(user_id=self.rep_north.id, team_id=self.team_north.id, name="Mine")
        theirs = self._new_deal(user_id=self.rep_south.id, team_id=self.team_south.id, name="Theirs")
        plan = self.env.ref('dealflow.group_receipts')
        for user in (self.head_north, self.seller_all, self.manager, self.viewer):
            user.group_ids += plan
        for deal in mine | theirs:
            self._new_receipt(deal, name=deal.name, date_planned='2026-03-20')
        for user, names in (
            (self.rep_north, {"Mine"}),
            (self.head_north, {"Mine"}),
            (self.rep_south, {"Theirs"}),
            (self.seller_all, {"Mine", "Theirs"}),
            (self.manager, {"Mine", "Theirs"}),
            (self.viewer, {"Mine", "Theirs"}),
        ):
            with self.subTest(user=user.login):
                client = self._get_client(user)
                self.assertEqual({row['name'] for row in client['open'] if row['kind'] == 'receipt'}, names, user.login)
                self.assertEqual({row['name'].split(' ')[-1] for row in client['open'] if row['kind'] == 'deal'}, names)
                self.assertEqual({row['name'] for row in client['finance']['receipts']['rows']}, names)
                self.assertEqual(any(row['may_edit'] for row in client['open']), user != self.viewer)

    def test_money_of_others_needs_the_right_to_the_plan(self):
        deal = self._new_deal(user_id=self.rep_north.id, team_id=self.team_north.id)
        self._new_receipt(deal, name="Advance", date_planned='2026-03-20')
        for block in (lambda client: client['open'], lambda client: client['finance']['receipts']['rows']):
            self.assertIn("Advance", str(block(self._get_client())))
            self.assertNotIn("Advance", str(block(self._get_client(self.head_north))))

    def test_stages_that_are_hidden(self):
        deal = self._new_deal(user_id=self.rep_north.id, name="Hidden")
        self._new_receipt(deal, name="Hidden money", date_planned='2026-03-20')
        self._at(11, deal_id=deal.id)
        self.manager.group_ids += self.env.ref('dealflow.group_receipts')
        self.stage_talk.visible_group_ids = self.env.ref('dealflow.group_manager')
        self.assertNotIn("Hidden", str(self._get_client()))
        self.assertIn("Hidden money", str(self._get_client(self.manager)))
        figures = {row['key']: row['value'] for row in self._get_client()['figures']}
        self.assertEqual(figures['deal_count'], 0)

    def test_other_companies(self):
        foreign = self.env['res.company'].create({'name': "Other company"})
        self.env.user.company_ids += foreign
        funnel = self._new_funnel("Foreign", {'name': "Talk"}, company_id=foreign.id)
        self._new_deal(name="Foreign", company_id=foreign.id, funnel_id=funnel.id, user_id=False)
        self.assertEqual([row for row in self._get_client(self.seller_all)['open'] if row['kind'] == 'deal'], [])

    def test_queries_do_not_grow(self):
        def fill(number):
            deal = self._new_deal(user_id=self.rep_north.id, name=f"Deal {number}")
            self._new_receipt(deal, name="Money", date_planned='2026-03-20')
            contact = self._new_contact(f"Person {number}", self.partner)
            self._at(10, event_status_id=self.done.id, client_contact_id=contact.id, deal_id=deal.id)
            self.env['dealflow.partner.phone'].create({'partner_id': contact.id, 'number': "+7 900 1"})
            with freeze_time('2026-03-11 08:59:00'):
                deal.with_user(self.manager).action_move_stage(self.stage_offer.id, "On", "On")

        fill(0)
        self._get_client()
        few = self._count_queries(lambda: self._as(self.rep_north).get_client(self.partner.id))
        for number in range(1, 15):
            fill(number)
        many = self._count_queries(lambda: self._as(self.rep_north).get_client(self.partner.id))
        self.assertLessEqual(many, few + 1)


@tagged('post_install', '-at_install')
class TestWorkplaceCall(WorkplaceCommon):
    """«Log a call» in place does what the dialog does."""

    def _log(self, user=None, partner=None, **values):
        values = {'event_type_id': self.call_type.id, 'text': "They think about it", **values}
        return self._as(user or self.rep_north).log_call((partner or self.partner).id, values)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call_type.is_call = True

    def test_call_and_next_step(self):
        logged = self._log(
            contact_id=self.contact.id, next_step="Send samples", next_start='2026-03-13 08:00:00', duration=10
        )
        call = self.env['calendar.event'].browse(logged['event']['id'])
        self.assertEqual(
            (call.business_partner_id, call.client_contact_id, call.event_status_id, call.user_id, call.result),
            (self.partner, self.contact, self.done, self.rep_north, "They think about it"),
        )
        self.assertEqual((call.stop - call.start), timedelta(minutes=10))
        following = self.env['calendar.event'].browse(logged['next']['id'])
        self.assertEqual((following.name, following.business_partner_id), ("Send samples", self.partner))
        self.assertEqual(logged['next']['start'], '2026-03-13 08:00:00')
        self.assertEqual([row['id'] for row in self._get_client()['events']], [following.id, call.id])

    def test_next_step_that_is_only_noted(self):
        logged = self._log(next_step="Think", next_start=False)
        self.assertIs(logged['next'], False)
        self.assertEqual(self.env['calendar.event'].browse(logged['event']['id']).next_step, "Think")

    def test_twice_is_once(self):
        first = self._log(next_step="Send samples")
        self.assertEqual(self._log(next_step="Send samples"), first)
        self.assertNotEqual(self._log(text="Another")['event']['id'], first['event']['id'])

    def test_client_of_a_person_of_another_firm(self):
        self.oleg.other_company_ids = self.partner
        logged = self._log(contact_id=self.oleg.id)
        call = self.env['calendar.event'].browse(logged['event']['id'])
        self.assertEqual((call.business_partner_id, call.client_contact_id), (self.partner, self.oleg))

    def test_who_may_not(self):
        with self.assertRefused(AccessError, ""):
            self._log(self.viewer)
        with self.assertRefused(UserError, "Nothing is said"):
            self._as(self.rep_north).log_call(self.partner.id, {'text': " "})
        with self.assertRefused(UserError, "is not a call"):
            self._log(event_type_id=self.meeting_type.id, event_status_id=self.held.id)

    def test_what_took_place_needs_a_result(self):
        with self.assertRefused(UserError, "needs a result"):
            self._log(text="", next_step="Send samples", event_status_id=self.done.id)
        logged = self._log(text="", event_status_id=self.no_answer.id)
        self.assertEqual(logged['event']['state'], 'cancelled')

    def test_people_of_other_clients_are_refused(self):
        for stranger in (self.oleg, self.east, self.env.company.partner_id):
            with self.subTest(stranger=stranger.name), self.assertRefused(UserError, "is no contact of"):
                self._log(contact_id=stranger.id)

    def test_a_client_out_of_sight_is_refused_in_words(self):
        hidden = self._new_partner("Hidden", company_id=self.env['res.company'].create({'name': "Elsewhere"}).id)
        with self.assertRefused(UserError, "no longer there"):
            self._log(partner=hidden)


@tagged('post_install', '-at_install')
class TestWorkplaceHome(DealflowCase, HttpCase):
    """The workplace is the home of reps, the start page that of others."""

    def _get_home(self, user):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request('/web/session/get_session_info')['home_action_id']

    def _get_menus(self, user):
        menus = self.env['ir.ui.menu'].with_user(user).load_menus(False)
        return {menus[key]['xmlid'] for key in menus if key != 'root'}

    def test_home_and_menu(self):
        start, workplace = (self.env.ref(f'dealflow.dealflow_{name}_action').id for name in ('start', 'workplace'))
        for group, home, has_start in (
            ('group_user_own', workplace, False),
            ('group_user_team', start, True),
            ('group_manager', start, True),
            ('group_viewer', start, True),
        ):
            with self.subTest(group=group):
                user = self._new_user(group, f'dealflow.{group}')
                self.assertEqual(self._get_home(user), home)
                menus = self._get_menus(user)
                self.assertEqual('dealflow.menu_start' in menus, has_start)
                self.assertIn('dealflow.menu_workplace', menus)

    def test_switched_off(self):
        rep = self._new_user('rep', 'dealflow.group_user_own')
        rep.with_user(rep).dealflow_opens_start = False
        self.assertFalse(self._get_home(rep))
