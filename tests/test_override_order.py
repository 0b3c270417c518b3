from collections import defaultdict
from textwrap import wrap

from odoo import models
from odoo.tests import TransactionCase, tagged

# Names of our classes in ``ORDER``, by the first line of their docstrings: a class may move to another file, and its
# docstring moves with it. A class without a docstring is named after its model.
NAMES = {
    "A rule that needs a field which is deleted stops at once, and somebody is told.": 'stopped rules',
    "A document whose card the company arranges: its form, and its own fields in lists and searches (E12, C31).": (
        'cards'
    ),
    "How the company has arranged a card: a list of changes, and the inherited view that is written from them (E12).": (
        'arrangement'
    ),
    "The company's own fields of a card: made, offered in lists and searches, and deleted (C31, E12).": 'own fields',
    "The card of an event is arranged by the company (E12).": 'card of events',
    "The card of an opportunity is arranged by the company (E12).": 'card of opportunities',
    "The card of a claim is arranged by the company (E12).": 'card of claims',
    "The card of a competitor is arranged by the company (E12).": 'card of competitors',
    "The card of a deal is arranged by the company (E12).": 'card of deals',
    "The card of a receipt is arranged by the company (E12).": 'card of receipts',
    "The card of a client, legal entity or contact is arranged by the company (E12).": 'card of clients',
    "Fields that the company made for a card are not deleted while something needs them (C31).": 'guarded fields',
    "Views that cards are arranged by: for users of Dealflow only, and never in the way of an update.": (
        'arranged views'
    ),
    "The name of a person in parts: surname, first name and patronymic (B42).": 'names',
    "The kind of a client, and what is asked about one of its kind (P05, P08).": 'kinds',
    "Messengers of whoever asks; the contact that is made of the opportunity gets them (B11).": 'lead messengers',
    "The people of an opportunity and the e-mails to them (P42), and its client, which may be fixed (P41).": (
        'lead persons'
    ),
    "Records that an opportunity is linked with (X51).": 'lead links',
    "What the price form reads: categories, products with their prices, and prices of chosen quantities (C15–C20).": (
        'price form'
    ),
    "What a client paid before: last prices, past transactions, and the last order to sell again (C22, C53).": (
        'past sales'
    ),
    "The stock of products in groups of warehouses, with Odoo's app Inventory (C18).": 'stock of the form',
    "A model without a table, whose rows come from an SQL query.": 'report',
    "A contact's consents to mailings, with their dates (P47).": 'consents',
    "A document made out to a legal entity, ``partner_id``, that also counts for a business partner (C90).": 'document',
    "If and then: what happens by itself when a record of the CRM is created, changed, or comes of age (C33, "
    "C34).": 'rule',
    "A record that a rule has given to somebody else is still shown once to whoever saved it (C34).": 'given away',
    "Data of all areas on the card of a client.": 'client card',
    "Counts the days since the last event of a record, and finds records by it (C32).": 'quiet days',
    "What conditions may ask of a deal beyond its fields (C32).": 'deal conditions',
    "What conditions may ask of a client beyond its fields: what it has bought, and when somebody cared "
    "(C32).": 'client conditions',
    "Projects that a rule starts, where Odoo's app is installed (C39).": 'projects',
    "One thing that a rule does; ``deeds/`` adds kinds.": 'action',
    "Letters and text messages (C42, C43, C44).": 'letters',
    "Records that a rule creates, and what it adds to the one that it acts on (C36-C38, C45-C47).": 'making',
    "A printed document that is attached to the record (C48).": 'printing',
    "Webhooks: another program is told, by a signed call from an outbox (C49).": 'webhooks',
    "A contract with a legal entity: its term, its amount and the reminder before its end (C95, C102).": 'contract',
    "A document with events: a partner, an opportunity, a deal, a claim or a marketing event.": 'has events',
    "The marketing event that an opportunity or a deal counts for (E50).": 'attribution',
    "Sends an event to Google and Outlook unless it is kept out or its type excludes it (P28, P63).": 'sync mixin',
    "A contact with a client: a calendar event that has a type (B16-B25, P21-P36).": 'event',
    "Who takes part in an event: those of our side and of the client's side are kept apart.": 'participants',
    "Decides which events are sent to Google or Outlook, if Odoo's modules are installed (P28, P63).": 'event sync',
    "The confidential sheet of a meeting, which is kept when Odoo rewrites a recurrence.": 'event sheet',
    "A recurrence is sent to Google and Outlook as its events are.": 'recurrence sync',
    "The marketing event of an opportunity, which its deals share (E50, C97).": 'lead marketing',
    "Who calls may be known from an opportunity alone (E57); a call makes one opportunity at most (X15).": (
        'lead calls'
    ),
    "Events of an opportunity: contacts with the client before there is a deal (E16).": 'lead events',
    "A sale moving through a funnel, from the first stage to payment (E22-E26).": 'deal',
    "Which deals a user may see and change: searchable fields for the record rules of deals and of their "
    "records.": 'deal access',
    "Guards the moves of a deal and records each of them in ``dealflow.deal.log``.": 'log',
    "Events of a deal, and the nightly reminder of clients without a planned event (B04).": 'deal events',
    "The marketing event of a deal: that of its opportunity, so that a sale counts for one event only "
    "(E50).": 'deal marketing',
    "The planned and received money of a deal (E25, E31).": 'deal receipts',
    "Users without the right to the receipts plan see only the receipt totals of deals that are not theirs "
    "(E09).": 'receipts by right',
    "Decides who sees the receipts of all deals, and who only those of their own deals (E09).": 'by right',
    "Repeat sales, and deals split in two (C53).": 'repeat',
    "The competitors on a deal, and the one that it was lost to (C65).": 'competitors',
    "An exhibition, a webinar, an advertisement: what it costs, who came, and what money it brought (E46-E50, "
    "X14).": 'marketing event',
    "A requirement that a deal must meet to enter a stage, and to meet while it is there (E65).": 'requirement',
    "A requirement that somebody of us talked with the client, as the telephony tells (E65).": 'required talk',
    "Deals do not go on while whoever moves them owes too many comments on calls (E59, E61).": 'owed comments',
    "Shows what the stages of a deal require, and keeps checking whether the deal still meets it "
    "(E65).": 'requirements',
    "Requirements on money: a share of the amount must be planned or received (E65).": 'required money',
    "A requirement that an activity was done on the deal, or an event took place (E65, B17).": 'required deeds',
    "Preparation and minutes of one meeting (B28-B31, B43-B46).": 'sheet',
    "What the preparer should know about the competitors on the deal (B44, C65).": 'competitors on the sheet',
    "What the preparer should know about the client's claims (B44).": 'claims on the sheet',
    "An appeal, feedback, claim or wish of a client, from its arrival to the decision (B48).": 'claim',
    "Buttons on several rows, some of which may need no change: those are skipped and counted.": 'batch',
    "Money that a deal is expected to bring, and what became of it (E25, E29-E45).": 'receipt',
    "The five sections of the receipts plan (E37), for the promised and for the likely date.": 'sections',
    "Matching of receipts with invoices and payments in accounting (rule 4).": 'matching',
    "When money is likely to come, and how well promises are kept.": 'forecast',
    "Events of clients, of their legal entities and of their contacts.": 'partner events',
    "Company settings for moves and the shop; the currency cannot change while the company has "
    "deals.": 'deals of company',
    "Company settings for receipts.": 'receipts of company',
    "The present day and working time of a company: its calendar, holidays and extra working days.": 'working time',
    "The deadlines of a company's claims, in its working time.": 'claims of company',
    "Settings for requisites; the first company with a country fills the register of regions.": 'requisites of company',
    "A model whose records may only refer to documents that the user may read.": 'references',
    "Amounts in the currency of a record that are kept in the currency of its company, too.": 'money',
    "Records that may only be created in, or moved to, a company of the user who does it.": 'company',
    "The deal that an order comes from.": 'order of deal',
    "Everything that was done with a client, organisational and financial, in one list (B37, B05, B07).": 'history',
    "Surveys answered by contacts, if Odoo's app is installed; the answers keep their own access rights.": 'surveys',
    "Receipts of an order move to the revision that replaces it.": 'order of receipts',
    "Requisites of a legal entity and their confirmation by accounting (B39); a part of ``res.partner``.": 'requisites',
    "Orders below the minimum price are neither sent nor confirmed, unless the company allows it "
    "(C19, C76).": 'order prices',
    "Prices below the minimum are approved by the head, where the company wants it (C19, C76).": 'approval of prices',
    "What is printed on customer invoices (C25).": 'invoice print',
    "A document that carries stamps and signatures of its company once it has been sent (C25).": 'stamps',
    "What is printed on quotations and orders, and written in the letters with them (C25, C26).": 'order print',
    "The workplace takes the place of the start page for reps.": 'menu of reps',
    "Offers that were sent from the price form, with the subject of their letter (C24).": 'offers in history',
    "A card on which processes are started: their number, and the list of them (E63, E64).": 'process card',
    "Processes of an opportunity (E63, E64).": 'lead processes',
    "A document with a log, which may be deleted only while nothing has happened to it or refers to it (E08).": (
        'deletable document'
    ),
    "Processes of a deal, also those that start with a stage (E63, E64).": 'deal processes',
    "Processes that a rule starts (E63).": 'process deeds',
    "A requirement that a process of the deal has ended well (E65).": 'required process',
    "The activity of a step: marked done it does a task, and given to another person it gives them the step (E62).": (
        'step activity'
    ),
    "The request to approve prices is done by approving them: one click, and never a request that only looks done.": (
        'approval request'
    ),
    "Processes of a client or contact, and of what is done with them (E63, E64).": 'client processes',
    "Business partners and legal entities (C83): one model, two registers, joined by ``dealflow.entity.link``.": (
        'partner'
    ),
    "Gives requests to salespeople by the rules of the routing, and says why (C30).": 'routing',
    "Requests that come in find their client, and the open opportunity of the client (C54, C55, X04, X16).": 'intake',
    "The start page counts the requests too that nobody works on (X20).": 'requests on start',
    "Figures of the open deals on the start page.": 'start',
    "A record that belongs to its owner and is shared with people, groups and teams, to use or to change (E54).": (
        'sharing'
    ),
    "A folder in the tree of filters left of a list (E13, E53).": 'folder of filters',
    "Saved filters stand in a tree of folders and are shared with people, groups and teams (E51-E54, E69, E70).": (
        'filter'
    ),
    "The conditions of a filter as the server reads them, what is wrong with them, and how much they find (E52).": (
        'conditions of filters'
    ),
    "The screens are told once which sections have the tree of filters (E52).": 'sections with a tree',
    "Whoever archives a person is asked who gets the filters that the person shares (E54).": 'shared filters of users',
    "Opens a page of Dealflow after login for its users, unless their preferences say otherwise.": 'first page',
    "Conditions that may be taken over from a saved filter, which its form offers (E51, X28).": 'choice of filters',
    "Mailings that are sent only after a user with the right has confirmed them (P48, P57, P58).": 'mailing',
}

# The order of overrides, by model: classes in method resolution order, then the names that they define. «Odoo» stands
# for the adjacent classes of the modules that Dealflow depends on.
ORDER = """\
account.analytic.account
    Odoo > given away > Odoo: web_read
account.move
    account.move > document: _dealflow_get_business_partner_date_field _dealflow_get_requisites_operation
    invoice print > stamps: _dealflow_get_stamped_content _dealflow_is_issued _dealflow_put_stamps
calendar.event
    card of events > cards: _dealflow_card_currency _dealflow_card_form _dealflow_card_lists
        _dealflow_card_searches
    event > Odoo > references: create
    event > cards > Odoo: _get_view _get_view_cache_key
    event sheet > event > participants > Odoo > references: write
    event sync > event > Odoo: copy_data
    event sync > sync mixin: _dealflow_get_external_sync_domain _dealflow_may_sync_externally
calendar.recurrence
    recurrence sync > sync mixin: _dealflow_get_external_sync_domain _dealflow_may_sync_externally
crm.lead
    Odoo > cards > Odoo: _get_view _get_view_cache_key
    Odoo > process card > Odoo: unlink
    card of opportunities > cards: _dealflow_card_currency _dealflow_card_form _dealflow_card_lists
        _dealflow_card_searches
    crm.lead > lead messengers > Odoo: _get_customer_information _prepare_customer_values
    intake > attribution > crm.lead > Odoo: create
    intake > routing: _dealflow_cron_route_batch
    lead events > has events: _dealflow_get_event_field
    lead links > lead processes > lead calls > lead marketing > lead persons > crm.lead > lead messengers > Odoo:
        _merge_dependences
    lead marketing > attribution: _compute_dealflow_marketing_event_id _compute_dealflow_marketing_last_event_id
        _dealflow_get_clients _dealflow_get_marketing_touches _dealflow_get_opening_date _dealflow_get_party_fields
        _dealflow_get_touch_field _dealflow_sync_participation_touches
    lead persons > crm.lead: _check_dealflow_client_kept _prepare_dealflow_deal_values
    routing > attribution > crm.lead > Odoo: write
dealflow.claim
    Odoo > company > references: create
    card of claims > cards: _dealflow_card_form _dealflow_card_lists _dealflow_card_searches
    claim > Odoo > company > references: write
    claim > has events: _dealflow_get_event_field _dealflow_get_event_values
    deletable document > Odoo > process card > Odoo: unlink
dealflow.competitor
    Odoo > company: create write
    card of competitors > cards: _dealflow_card_currency _dealflow_card_form _dealflow_card_lists
        _dealflow_card_searches
dealflow.contract
    Odoo > company > references: create
    contract > Odoo > company > references: write
dealflow.deal
    attribution > competitors > deal > Odoo > company > references: create write
    card of deals > cards: _dealflow_card_form _dealflow_card_lists _dealflow_card_searches
    competitors > deal receipts > log: _prepare_log_row
    competitors > repeat: _split
    deal > money: _get_rate_date
    deal access > references: _dealflow_get_reference_operation
    deal conditions > quiet days: _dealflow_get_event_links
    deal events > has events: _dealflow_get_event_field _dealflow_get_event_values
    deal marketing > attribution: _compute_dealflow_marketing_event_id _compute_dealflow_marketing_last_event_id
        _dealflow_add_campaign_touches _dealflow_get_clients _dealflow_get_opening_date _dealflow_get_party_fields
        _dealflow_get_touch_field _dealflow_sync_participation_touches _inverse_dealflow_marketing_event_id
    deal processes > deal: _after_stage_change
    deal receipts > deal > Odoo: copy_data
    deletable document > Odoo > process card > Odoo: unlink
    owed comments > log: _get_stage_problems
    owed comments > requirements: _get_checklist_items
    receipts by right > deal receipts: _get_counted_receipts _get_payment_schedule action_adjust_receipts
        action_plan_receipts action_view_receipts
    receipts by right > given away > Odoo: web_read
    requests on start > start: get_summary
dealflow.filter.folder
    folder of filters > references > sharing: create write
    folder of filters > sharing: _dealflow_get_common_domain _dealflow_get_editable_domain
        _dealflow_get_usable_domain _dealflow_get_used_by_others_domain
dealflow.history
    history > report: _get_report_sql
    offers in history > history: _depends
    surveys > offers in history > history: _get_parts kind
dealflow.marketing.event
    marketing event > Odoo > company: create write
    marketing event > choice of filters: _dealflow_conditions_field
    marketing event > has events: _dealflow_get_event_field
dealflow.meeting.sheet
    Odoo > company > references: write
    claims on the sheet > competitors on the sheet > sheet: _prepare_texts
    sheet > Odoo > company > references: create
dealflow.price.form
    stock of the form > past sales > price form: _get_readers
dealflow.receipt
    Odoo > process card > Odoo: unlink
    by right > forecast: get_plan_summary
    card of receipts > cards: _dealflow_card_form _dealflow_card_lists _dealflow_card_searches
    forecast > sections: _bucket_dates
    matching > receipt: _compute_date_received _compute_received_amount state
    matching > receipt > Odoo > references: create write
    receipt > batch: _action_set_state
    receipt > money: _get_rate_date
    sections > receipt: _field_to_sql
dealflow.rule
    rule > Odoo > company: create write
dealflow.rule.action
    process deeds > making > action: _get_objects
    process deeds > projects > printing > making > action: _get_needed_access
    process deeds > projects > webhooks > printing > making > letters > action: kind
    process deeds > webhooks > printing > making > letters > action: _compute_description
    projects > action: _compute_value_kind
    webhooks > action: _check_outside _get_used_fields create write
dealflow.stage.requirement
    required process > required talk > required deeds > required money > requirement: _compute_description kind
iap.account
    Odoo > given away > Odoo: web_read
ir.filters
    Odoo > sharing: copy_data
    conditions of filters > filter > Odoo: get_filters
    conditions of filters > filter > Odoo > references > sharing: write
    filter > references > sharing: create
    filter > sharing: _dealflow_get_common_domain _dealflow_get_editable_domain _dealflow_get_guarded
        _dealflow_get_private_values _dealflow_get_refusal _dealflow_get_usable_domain
        _dealflow_get_used_by_others_domain dealflow_owner_id
ir.http
    first page > sections with a tree > Odoo: session_info
ir.model.fields
    guarded fields > stopped rules > Odoo: unlink
ir.ui.menu
    menu of reps > ir.ui.menu > Odoo: _load_menus_blacklist
mail.activity
    Odoo > references: create
    step activity > Odoo > references: write
    step activity > approval request > Odoo: _action_done
mailing.mailing
    mailing > choice of filters: _dealflow_conditions_field
res.company
    claims of company > working time: _dealflow_get_working_time_dependents _dealflow_recompute_working_time
    receipts of company > deals of company > requisites of company > working time > Odoo: write
res.partner
    Odoo > cards > Odoo: _get_view_cache_key
    Odoo > requisites: copy_data
    card of clients > cards: _dealflow_card_form _dealflow_card_lists _dealflow_card_searches
    client conditions > client card: average_bill client_since deal_count total_due total_sales
    client conditions > quiet days: _dealflow_get_event_links
    client processes > process card: _dealflow_get_process_domain
    consents > kinds > names > Odoo > references: create
    consents > kinds > names > Odoo > requisites > references: write
    names > partner > Odoo > cards > Odoo: _get_view
    partner > Odoo > process card > Odoo: unlink
    partner events > has events: _dealflow_get_event_field
sale.order
    approval of prices > order prices: _compute_dealflow_price_problem _dealflow_filter_refused
        _dealflow_get_price_way_out
    order of deal > Odoo > references: create
    order of receipts > order of deal > Odoo > references: write
    order prices > order print > Odoo: message_post
    order print > stamps: _dealflow_get_stamped_content _dealflow_is_issued
    sale.order > document: _dealflow_get_business_partner_date_field _dealflow_get_requisites_operation
    sale.order > document > Odoo: _get_view _get_view_cache_key
"""

# Attributes that describe the class itself or are merged by the ORM.
IDENTITY = {
    '_name',
    '_description',
    '_inherit',
    '_inherits',
    '_module',
    '_register',
    '_field_definitions',
    '_table_object_definitions',
    '_dealflow_code_only_fields',
    '_dealflow_history_fields',
    '_part_models',
}

# Mixins inherited by every model, whose position does not matter.
EVERYWHERE = {'dealflow.derived.values.mixin', 'dealflow.derived.mixin', 'dealflow.log.mixin'}


def describe_order(env):
    """Return, in the format of ``ORDER``, the overrides whose position depends on the import order.

    These are the names that several of our classes define, and those of our classes that come after Odoo's. After an
    intended change, this prints the new value of ``ORDER``:

        echo 'import odoo.addons.dealflow.tests.test_override_order as o; print(o.describe_order(env))' | scripts/shell
    """
    module = env['ir.module.module'].search([('name', '=', 'dealflow')])
    # Base depends on nothing, so it is not among the dependencies.
    odoo_modules = {'base', *module.upstream_dependencies(exclude_states=('uninstallable',)).mapped('name')}
    lines = []
    for model_name in sorted(env.registry):
        definitions = [each for each in env.registry[model_name].__mro__ if _is_definition(each)]
        if sum(definition._name == model_name for definition in definitions) == 1:
            # A single class always comes before the classes that it inherits.
            continue
        names_by_order = defaultdict(list)
        for name, places in _get_places(definitions, odoo_modules).items():
            ours = [place for place in places if place != 'Odoo']
            if len(ours) > 1 or ours and places[0] == 'Odoo':
                names_by_order[' > '.join(places)].append(name)
        if names_by_order:
            lines.append(model_name)
            for order, names in sorted(names_by_order.items()):
                lines += wrap(
                    f"{order}: {' '.join(sorted(names))}", 115, initial_indent=' ' * 4, subsequent_indent=' ' * 8
                )
    return ''.join(f"{line}\n" for line in lines)


def _is_definition(cls):
    """Return whether the class is written in a module: classes that the registry generates have a pool."""
    return isinstance(cls, type(models.Model)) and getattr(cls, 'pool', None) is None


def _get_places(definitions, odoo_modules):
    """Return, for each name, the classes that define it, in method resolution order."""
    places_by_name = defaultdict(list)
    for definition in definitions:
        if definition._name in EVERYWHERE:
            continue
        if definition._module == 'dealflow':
            title = _get_title(definition)
            place = NAMES.get(title, title or definition._name)
        elif definition._module in odoo_modules:
            place = 'Odoo'
        else:
            continue
        for name in definition.__dict__:
            if name in IDENTITY or name.startswith('__'):
                continue
            places = places_by_name[name]
            if place != 'Odoo' or places[-1:] != ['Odoo']:
                places.append(place)
    return places_by_name


def _get_title(definition):
    return (definition.__dict__.get('__doc__') or '').strip().partition('\n')[0]


@tagged('post_install', '-at_install')
class TestOverrideOrder(TransactionCase):
    """Overrides run in the intended order, whatever files they are in."""

    maxDiff = None

    def test_overrides_come_in_their_order(self):
        self.assertEqual(describe_order(self.env), ORDER)

    def test_every_name_has_its_class(self):
        definitions = {
            each
            for model in self.env.registry.values()
            for each in model.__mro__
            if _is_definition(each) and each._module == 'dealflow'
        }
        self.assertFalse(NAMES.keys() - {_get_title(definition) for definition in definitions})
