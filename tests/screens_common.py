from datetime import date, timedelta

from odoo import SUPERUSER_ID, fields
from odoo.fields import Command
from odoo.tests import new_test_user

from .cloud_pbx import start_cloud_pbx
from .marketing_common import MarketingCommon

ROLES = {
    'viewer': 'dealflow.group_viewer',
    'rep': 'dealflow.group_user_own',
    'head': 'dealflow.group_user_team',
    'seller of all': 'dealflow.group_user',
    'manager': 'dealflow.group_manager',
    'accountant': 'account.group_account_invoice,dealflow.group_requisites_confirmer',
    'marketer': 'dealflow.group_marketing',
    'accountant of Odoo': 'account.group_account_invoice',
    'salesperson of Odoo': 'sales_team.group_sale_salesman_all_leads',
    'employee': 'base.group_user',
    'administrator': (
        'base.group_system,dealflow.group_manager,dealflow.group_receipts,dealflow.group_marketing,'
        'dealflow.group_filters_editor,dealflow.group_requisites_confirmer,dealflow.group_mailing_approver,'
        'account.group_account_manager'
    ),
}


class ScreensCommon(MarketingCommon):
    """Test case with users of all roles, a record of each model for a rep, and records hidden from the rep."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            role: new_test_user(cls.env, f'test_screens_{role.replace(" ", "_")}', groups=f'base.group_user,{groups}')
            for role, groups in ROLES.items()
        }
        cls.team = cls.env['crm.team'].create(
            {
                'name': "North",
                'user_id': cls.people['head'].id,
                'member_ids': [Command.set(cls.people['rep'].ids)],
            }
        )
        cls.stranger = new_test_user(cls.env, 'test_screens_stranger', groups='dealflow.group_user_own')
        # A deal with all kinds of dependent records for the rep, and a second one hidden from the rep.
        for user in (cls.people['rep'], cls.stranger):
            cls._make_records(user)
        cls.env['dealflow.target'].create({'user_id': cls.people['rep'].id, 'month': '2026-03-01', 'amount': 2000})
        cls.env['dealflow.region'].create({'name': "North", 'code': 'TN'})
        cls._make_calls()
        cls.env['dealflow.partner.match'].create(
            {
                'left_id': cls.alpha.id,
                'right_id': cls.beta.id,
                'kind': 'duplicate',
                'score': 90,
            }
        )
        cls.env['mailing.mailing'].create(
            {
                'subject': "Spring offer",
                'body_html': "<p>Twenty per cent</p>",
                'mailing_model_id': cls.env['ir.model']._get_id('res.partner'),
            }
        )
        cls.env.flush_all()

    @classmethod
    def _make_calls(cls):
        """Let everybody who works on deals talk with a client, and somebody miss a call."""
        sellers = [person for person in cls.people.values() if person.has_group('dealflow.group_user_own')]
        provider, _empty = cls.env['dealflow.telephony.provider'].create(
            [
                {
                    'name': "PBX",
                    'country_id': cls.env.ref('base.no').id,
                    'extension_ids': [
                        Command.create({'number': str(person.id), 'user_id': person.id}) for person in sellers
                    ],
                },
                {'name': "PBX of tomorrow", 'country_id': cls.env.ref('base.no').id},
            ]
        )
        # The buttons of providers ask a telephone system.
        pbx = start_cloud_pbx(cls)
        provider.command_url = pbx.address
        pbx.token = provider.action_new_token()['context']['default_token']
        caller = cls.env['res.partner'].create({'name': "Caller", 'phone': '+47 22 33 44 66'})
        cls.env['dealflow.call.round'].create(
            {
                'name': "Spring",
                'user_ids': [Command.set([person.id for person in sellers])],
                'line_ids': [
                    Command.create({'partner_id': partner.id, 'result': "Wants a chair"})
                    for partner in (caller, cls.alpha)
                ],
            }
        )
        begin, end = '2026-03-02T10:00:00Z', '2026-03-02T10:05:00Z'
        call = {'direction': 'incoming', 'number': '+47 22 33 44 66', 'started': begin, 'ended': end}
        talk = {'kind': 'talked', 'from': begin, 'until': end}
        provider.with_user(SUPERUSER_ID)._receive(
            [
                {**call, 'uniqueid': "missed", 'result': 'missed'},
                *(
                    {
                        **call,
                        'uniqueid': person.login,
                        'result': 'answered',
                        'legs': [{**talk, 'extension': str(person.id)}],
                    }
                    for person in sellers
                ),
            ],
            end,
        )

    @classmethod
    def _make_records(cls, user):
        """Create a seller's usual records: a client with its legal entity, an opportunity, a deal and related ones."""
        group, entity = cls.env['res.partner'].create(
            [
                {'name': "Group", 'is_company': True, 'counterparty_role': 'partner', 'user_id': user.id},
                {'name': "Entity", 'is_company': True, 'counterparty_role': 'entity', 'user_id': user.id},
            ]
        )
        cls.env['dealflow.entity.link'].create({'partner_id': group.id, 'entity_id': entity.id, 'is_default': True})
        person = cls.env['res.partner'].create(
            {
                'name': "Person",
                'parent_id': group.id,
                'email': 'person@example.com',
                'phone_ids': [Command.create({'number': '+47 22 33 44 55'})],
            }
        )
        cls.env['res.partner.bank'].create({'partner_id': entity.id, 'acc_number': f'NO93 8601 1117 9{entity.id}'})
        competitor = cls.env['dealflow.competitor'].create({'name': f"Competitor of {user.name}"})
        group.competitor_ids = competitor
        entity.action_submit_requisites()
        group.phone = f'+47 22 35 {user.id % 10000:04}'
        lead = cls._new_lead(partner_id=group.id, user_id=user.id, campaign_id=cls.fair.campaign_id.id)
        lead.action_convert_to_deal({'legal_entity_id': entity.id, 'user_id': user.id, 'amount': 1000})
        deal = lead.deal_ids
        deal.write(
            {
                'contact_ids': [Command.link(person.id)],
                'line_ids': [Command.create({'product_id': cls.product_a.id, 'quantity': 2, 'price_unit': 500})],
                'competitor_ids': [Command.create({'competitor_id': competitor.id, 'price': 900})],
            }
        )
        group.origin_lead_id = lead
        order = cls.env['sale.order'].create(
            {
                'partner_id': entity.id,
                'business_partner_id': group.id,
                'deal_id': deal.id,
                'opportunity_id': lead.id,
                'user_id': user.id,
                'order_line': [Command.create({'product_id': cls.product_a.id, 'product_uom_qty': 1})],
            }
        )
        order.action_confirm()
        linked, proposed = (
            cls.init_invoice('out_invoice', partner=entity, amounts=[500], invoice_date=date(2030, 3, 4), post=True)
            for _number in range(2)
        )
        proposed.invoice_line_ids.sale_line_ids = order.order_line
        receipt = cls.env['dealflow.receipt'].create(
            {
                'name': "Advance",
                'deal_id': deal.id,
                'date_planned': date(2030, 4, 4),
                'amount': 300,
                'invoice_ids': [Command.set(linked.ids)],
            }
        )
        receipt.action_postpone(date(2030, 5, 4), "The budget is not signed")
        cls._new_receipt(deal, name="Rest", amount=400, date_planned=date(2030, 6, 4))
        receipt.action_ask_question(user.id, "When?")
        contract = cls.env['dealflow.contract'].create(
            {
                'name': "Delivery",
                'entity_id': entity.id,
                'business_partner_id': group.id,
                'deal_id': deal.id,
                'date_start': date(2030, 1, 1),
                'date_end': date(2030, 12, 31),
                'user_id': user.id,
            }
        )
        claim = cls.env['dealflow.claim'].create(
            {
                'name': "Two chairs arrived broken",
                'business_partner_id': group.id,
                'deal_id': deal.id,
                'order_id': order.id,
                'invoice_id': linked.id,
                'user_id': user.id,
                'contact_id': person.id,
            }
        )
        # Everybody has a claim on the same subject, so it duplicates claims that not everybody may see.
        cls.env['dealflow.claim'].create({'name': "Late", 'business_partner_id': cls.alpha.id, 'user_id': user.id})
        for privacy in ('public', 'private'):
            event = (
                cls.env['calendar.event']
                .sudo()
                .with_context(no_mail_to_attendees=True)
                .create(
                    {
                        'name': "About chairs",
                        'start': '2030-03-04 10:00',
                        'stop': '2030-03-04 11:00',
                        'privacy': privacy,
                        'event_type_id': cls.env.ref('dealflow.event_type_meeting').id,
                        'user_id': user.id,
                        'business_partner_id': group.id,
                        'client_contact_id': person.id,
                        'deal_id': deal.id,
                        'claim_id': claim.id,
                        'marketing_event_id': cls.fair.id,
                        'opportunity_id': lead.id,
                    }
                )
            )
            cls.env['dealflow.meeting.sheet'].create(
                {
                    'event_id': event.id,
                    'competitor_ids': [Command.link(competitor.id)],
                    'agreement_ids': [Command.create({'name': "Send samples"})],
                    'technique_ids': [
                        Command.create(
                            {
                                'technique_id': cls.env['dealflow.technique'].search([], limit=1).id,
                            }
                        )
                    ],
                }
            )
        for document in (group, entity, lead, deal, receipt, contract, claim):
            document.activity_schedule('mail.mail_activity_data_todo', user_id=user.id)
        cls._attend(cls.fair, person)
        cls.env['dealflow.marketing.cost'].create(
            {
                'name': "Rent",
                'event_id': cls.fair.id,
                'planned_amount': 100,
                'bill_id': cls.init_invoice('in_invoice', partner=cls.partner_a, amounts=[100]).id,
            }
        )
        cls.fair.material_ids = [Command.create({'name': "Leaflet", 'url': 'https://example.com/leaflet'})]


class PressedScreensCommon(ScreensCommon):
    """Test case with a record for every button that a rep may meet, and with records of a second company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_company = cls.env['res.company'].create({'name': "Second company"})
        for role in ('manager', 'administrator'):
            cls.people[role].company_ids |= cls.second_company
        cls._new_deal(
            company_id=cls.second_company.id, user_id=cls.people['manager'].id, business_partner_id=cls.beta.id
        )
        for role in ('rep', 'head', 'manager'):
            cls._make_documents(cls.people[role])
            cls._make_events(cls.people[role])
            cls._make_deals(cls.people[role])
        for person in cls.people.values():
            for place in ('https://example.com/room', False):
                cls._new_event(user_id=person.id, privacy='public', videocall_location=place)
        cls._make_registers()
        cls.env.flush_all()

    @classmethod
    def _make_documents(cls, user):
        """Create opportunities, orders, claims, contracts and clients in their other states."""
        client = cls._new_partner(
            "Client", user_id=user.id, email='client@example.com', phone=f'+47 22 34 {user.id % 10000:04}'
        )
        person = cls._new_contact("Petra", client, email='petra@example.com', company_name="Petra Limited")
        cls.env['res.partner'].create({'name': "Paul", 'company_name': "Paul Limited", 'email': 'paul@example.com'})
        cls.env['mail.blacklist']._add(client.email)
        account = {'kind_id': cls.env.ref('dealflow.messenger_kind_telegram').id, 'account': '@petra'}
        person.dealflow_messenger_ids = [Command.create(account)]
        for number in range(2):
            lead = cls._new_lead(partner_id=client.id, user_id=user.id, name=f"Tables {number}", probability=20)
            lead.dealflow_messenger_ids = [Command.create(account)]
            lead.dealflow_person_ids = [Command.create({'partner_id': person.id})]
        for card in (client, person, lead):
            cls.env['dealflow.record.link'].create(
                {'source_model': card._name, 'source_id': card.id, 'url': 'https://example.com/leaflet'}
            )
        cls._new_lead(partner_id=client.id, user_id=user.id).action_set_lost(
            lost_reason_id=cls.env['crm.lost.reason'].create({'name': "Too far"}).id
        )
        cls._new_invoice(client)
        for state in ('draft', 'sent', 'cancel'):
            cls._new_order(client, cls.product_a, user_id=user.id, user=None).write({'state': state})
        for state in ('new', 'work', 'waiting', 'resolved'):
            cls.env['dealflow.claim'].create(
                {
                    'name': "A chair creaks",
                    'business_partner_id': client.id,
                    'contact_id': person.id,
                    'user_id': user.id,
                    'resolution': "A new chair",
                    'state': state,
                }
            )
        for signed in (False, True):
            contract = cls.env['dealflow.contract'].create(
                {'name': "Frame", 'entity_id': client.id, 'date_start': date(2020, 1, 1), 'user_id': user.id}
            )
            if signed:
                contract.action_activate()

    @classmethod
    def _make_events(cls, user):
        """Create future and past events, invitations, and meeting sheets in all states."""
        now = fields.Datetime.now().replace(microsecond=0)
        meeting = cls.env.ref('dealflow.event_type_meeting')
        mine = {'user_id': user.id, 'event_type_id': meeting.id, 'business_partner_id': cls.alpha.id}
        mine['client_contact_id'] = cls.anna.id
        for start in (now - timedelta(hours=3), now + timedelta(hours=1), now + timedelta(days=2)):
            cls._new_event(start=start, partner_ids=[Command.set((user.partner_id + cls.anna).ids)], **mine)
        cls._new_event(
            start=now + timedelta(days=1),
            user_id=cls.stranger.id,
            privacy='public',
            partner_ids=[Command.set((user.partner_id + cls.stranger.partner_id).ids)],
        )
        cls._new_event(start=now + timedelta(days=1), videocall_location='https://example.com/room', **mine)
        for is_finished in (False, True):
            sheet = cls.env['dealflow.meeting.sheet'].create(
                {
                    'event_id': cls._new_event(start=now - timedelta(days=2), **mine).id,
                    'agreement_ids': [
                        Command.create(
                            {
                                'name': "Send the offer",
                                'partner_id': user.partner_id.id,
                                'date_deadline': date(2030, 1, 7),
                            }
                        )
                    ],
                }
            )
            if is_finished:
                sheet.action_finish_minutes()

    @classmethod
    def _make_deals(cls, user):
        """Create won, lost and repeated deals, a deal to split, and a plan of receipts."""
        values = {'user_id': user.id, 'business_partner_id': cls.alpha.id, 'legal_entity_id': cls.alpha.id}
        won, lost, split = (cls._new_deal(name=name, **values) for name in ("Won", "Lost", "To split"))
        split.line_ids = [
            Command.create({'product_id': product.id, 'quantity': 1, 'price_unit': 100})
            for product in (cls.product_a, cls.product_b)
        ]
        for day in (date(2024, 4, 8), date(2040, 1, 6)):
            cls._new_receipt(split, date_planned=day, amount=10)
        competitor = cls.env['dealflow.competitor'].create({'name': f"Competitor in cases of {user.name}"})
        (won + lost).competitor_ids = [Command.create({'competitor_id': competitor.id, 'price': 90})]
        won.action_win("They signed")
        won.action_repeat()
        lost.action_lose(cls.env['crm.lost.reason'].create({'name': "Too dear"}).id, "They bought elsewhere")

    @classmethod
    def _make_registers(cls):
        """Create unreferenced records, a marketing event with a segment, and mailings in all approval states."""
        cls.env['dealflow.competitor'].create({'name': "Nobody Knows Them"})
        cls._new_funnel("Tenders", {'name': "Bid"}, {'name': "Award", 'is_won': True, 'probability': 100})
        cls.anna.mailing_consent = 'given'
        cls._attend(cls.fair, cls.anna)
        cls.fair.write(
            {
                'segment_domain': f"[('id', 'in', {(cls.anna + cls.berta).ids})]",
            }
        )
        cls.webinar.parent_id = cls.fair
        cls.env['dealflow.marketing.cost'].create({'name': "Stand", 'event_id': cls.fair.id, 'actual_amount': 100})
        cls.env['ir.config_parameter'].set_param('dealflow.mailing_approval', True)
        values = {'body_html': "<p>Chairs</p>", 'mailing_model_id': cls.env['ir.model']._get_id('res.partner')}
        cls.env['mailing.mailing'].create({'subject': "Chairs", **values})
        for decide in ('exists', 'action_dealflow_approve', 'action_dealflow_cancel'):
            mailing = cls.env['mailing.mailing'].create({'subject': f"Chairs: {decide}", **values})
            mailing.action_dealflow_request_approval()
            getattr(mailing.with_user(cls.people['administrator']), decide)()
