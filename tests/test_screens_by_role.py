from datetime import date
from functools import partial

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .marketing_common import MarketingCommon
from .web_client import get_read_specification, get_unknown_names

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
}
# Fields of Odoo that its own views show to people without the right to what they count: in Odoo alone, too, salespeople
# open no invoice, because payments are counted with their rights.
FAULTS_OF_ODOO = {'account.move': ['payment_count']}
# Views that show records, in which a field that may not be read ends in an error.
READING = ('form', 'list', 'kanban', 'calendar', 'activity')


@tagged('post_install', '-at_install')
class TestScreensByRole(MarketingCommon):
    """Whoever may read a record opens it in every view of ours, and in every view of Odoo that ours extend (rule 6)."""

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
        # A deal with everything that hangs on it for a rep, and another one that he may not see.
        for user in (cls.people['rep'], cls.stranger):
            cls._make_records(user)
        cls.env['dealflow.target'].create({'user_id': cls.people['rep'].id, 'month': '2026-03-01', 'amount': 2000})
        cls.env['dealflow.region'].create({'name': "North", 'code': 'TN'})
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
    def _make_records(cls, user):
        """Make what a seller works with: a client with its legal entity, an opportunity, a deal, all around them."""
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
        rival = cls.env['dealflow.competitor'].create({'name': f"Rival of {user.name}"})
        group.competitor_ids = rival
        entity.action_submit_requisites()
        lead = cls._new_lead(partner_id=group.id, user_id=user.id, campaign_id=cls.fair.campaign_id.id)
        lead.action_convert_to_deal({'legal_entity_id': entity.id, 'user_id': user.id, 'amount': 1000})
        deal = lead.deal_ids
        deal.write(
            {
                'contact_ids': [Command.link(person.id)],
                'line_ids': [Command.create({'product_id': cls.product_a.id, 'quantity': 2, 'price_unit': 500})],
                'competitor_ids': [Command.create({'competitor_id': rival.id, 'price': 900})],
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
        # Everybody has got one about the same thing, which makes them duplicates of claims that are not seen by all.
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
                    'competitor_ids': [Command.link(rival.id)],
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

    def _get_views(self):
        """Return views by model: all of ours, those that ours extend, and ``False`` for those shown by default."""
        ours = self.env['ir.ui.view'].browse(
            self.env['ir.model.data']
            .search(
                [
                    ('module', '=', 'dealflow'),
                    ('model', '=', 'ir.ui.view'),
                ]
            )
            .mapped('res_id')
        )
        views = {}
        for view in ours.filtered(lambda view: view.type != 'qweb'):
            while view.mode == 'extension':
                view = view.inherit_id
            views.setdefault(
                view.model,
                {
                    (view.default_view(view.model, view_type), view_type)
                    for view_type in ('form', 'list', 'kanban', 'search')
                },
            ).add((view.id, view.type))
        return views

    def _get_readable(self, model):
        """Return what the person of the environment may read; the newest records are those of this test."""
        self.env.invalidate_all()
        return model.with_context(active_test=False).search([], order='id desc', limit=6)

    def _open(self, model, view_id, view_type):
        """Read some records as the web client does when it shows them in a view."""
        answer = model.get_views([(view_id, view_type)])
        arch = etree.fromstring(answer['views'][view_type]['arch'])
        specification = get_read_specification(arch, model._name, answer['models'])
        for name in FAULTS_OF_ODOO.get(model._name, ()):
            specification.pop(name, None)
        records = self._get_readable(model)
        for shown in records if view_type == 'form' else [records]:
            self.env.invalidate_all()
            shown.with_context(bin_size=True).web_read(specification)
        unknown = get_unknown_names(arch, model._name, answer['models'])
        self.assertEqual(unknown, [], "expressions over what is not read")

    def _collect_refusals(self, get_cases):
        """Run the cases of each person and model, and return those that end in an access error."""
        refused = []
        for model_name in self._get_views():
            for role, person in self.people.items():
                model = self.env[model_name].with_user(person)
                if not model.has_access('read'):
                    continue
                for name, case in get_cases(model):
                    self.env.invalidate_all()
                    try:
                        case()
                    except (AccessError, AssertionError) as error:
                        refused.append((role, model_name, name, str(error)[:200]))
        return refused

    def test_what_may_be_read_is_opened_in_every_view(self):
        views = self._get_views()

        def get_cases(model):
            for view_id, view_type in views[model._name]:
                if view_type in READING:
                    name = self.env['ir.ui.view'].sudo().browse(view_id).xml_id or view_type
                    yield name, partial(self._open, model, view_id, view_type)

        self.assertEqual(self._collect_refusals(get_cases), [])

    def test_every_field_that_is_offered_is_read(self):
        """Whatever stands in lists of fields to choose from, as for an export, a filter or a column."""

        def get_cases(model):
            records = self._get_readable(model)
            for name in model.fields_get(attributes=[]):
                field = model._fields[name]
                if 'dealflow' in field._modules and not field.inherited:
                    yield name, partial(records.read, [name])

        self.assertEqual(self._collect_refusals(get_cases), [])

    def test_every_filter_and_group_is_applied(self):
        views = self._get_views()

        def get_cases(model):
            for view_id, view_type in views[model._name]:
                if view_type != 'search':
                    continue
                arch = etree.fromstring(model.get_views([(view_id, 'search')])['views']['search']['arch'])
                for node in arch.iter('filter'):
                    names = {'uid': model.env.uid, 'context_today': fields.Date.today, 'relativedelta': relativedelta}
                    context = safe_eval(node.get('context', '{}'), names)
                    group = context.get('group_by')
                    kind = group and model._fields[group.split(':')[0]].type
                    if kind in ('date', 'datetime') and ':' not in group:
                        group += ':month'
                    if group and kind != 'properties':
                        yield node.get('name'), partial(model.formatted_read_group, [], [group], [])
                    elif node.get('domain'):
                        domain = safe_eval(node.get('domain'), names)
                        yield node.get('name'), partial(model.with_context(**context).search, domain, limit=1)
                for node in arch.iterfind('searchpanel/field'):
                    select = 'range' if node.get('select', 'one') == 'one' else 'multi_range'
                    yield node.get('name'), partial(getattr(model, f'search_panel_select_{select}'), node.get('name'))

        self.assertEqual(self._collect_refusals(get_cases), [])

    def test_new_record_is_begun(self):
        """Whoever may create a record gets its empty form."""
        views = self._get_views()

        def begin(model, view_id):
            answer = model.get_views([(view_id, 'form')])
            specification = get_read_specification(answer['views']['form']['arch'], model._name, answer['models'])
            model.onchange({}, [], specification)

        def get_cases(model):
            for view_id, view_type in views[model._name]:
                if view_type == 'form' and not model._transient and model.has_access('create'):
                    yield f'{view_type} {view_id}', partial(begin, model, view_id)

        self.assertEqual(self._collect_refusals(get_cases), [])

    def test_relations_are_offered_to_those_who_may_read_their_records(self):
        """Odoo asks for the right on the records even where there are none, so that a whole form ends in an error."""
        groups = self.env['res.groups']._get_group_definitions()
        get_readers = self.env['ir.model.access']._get_access_groups
        wrong = []
        for model in self.env.values():
            if model._abstract:
                continue
            for field in model._fields.values():
                if 'dealflow' not in field._modules or field.type not in ('one2many', 'many2many'):
                    continue
                readers = get_readers(model._name) & groups.parse('base.group_user')
                if field.groups:
                    readers &= groups.parse(field.groups)
                if not readers <= get_readers(field.comodel_name):
                    wrong.append(str(field))
        self.assertEqual(wrong, [])
