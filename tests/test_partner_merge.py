from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .marketing_common import MarketingCommon


def get_unanswered_indexes(env):
    """Return our unique indexes on contacts whose model does not define how to merge two rows.

    :return: list of ``(table, index, columns)``
    """
    env.cr.execute(
        """
        SELECT of.relname, index.relname, array_agg(DISTINCT col.attname)
          FROM pg_index AS i
          JOIN pg_class AS of ON of.oid = i.indrelid AND of.relnamespace = current_schema::regnamespace
          JOIN pg_class AS index ON index.oid = i.indexrelid
     LEFT JOIN pg_constraint AS con ON con.conindid = i.indexrelid AND con.contype IN ('u', 'x')
          JOIN pg_attribute AS col ON col.attrelid = of.oid AND (
                    col.attnum = ANY(i.indkey) OR col.attnum = ANY(con.conkey) OR EXISTS (
                        SELECT 1 FROM pg_depend AS dep
                         WHERE dep.objid = i.indexrelid AND dep.refobjid = of.oid AND dep.refobjsubid = col.attnum
                    )
               )
         WHERE (i.indisunique OR i.indisexclusion) AND NOT i.indisprimary
      GROUP BY of.relname, index.relname
        """
    )
    indexes = env.cr.fetchall()
    env.cr.execute(
        """
        SELECT conrelid::regclass::text, attname FROM pg_constraint
          JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
         WHERE contype = 'f' AND confrelid = 'res_partner'::regclass
        """
    )
    parties = set(env.cr.fetchall())
    answering = env.registry.descendants(['dealflow.merge.mixin'], '_inherit')
    models = {model._table: model for model in env.registry.values() if not model._abstract}
    unanswered = []
    for table, index, columns in indexes:
        model = models.get(table)
        over_parties = [column for column in columns if (table, column) in parties]
        if not model or not over_parties:
            continue
        is_ours = model._original_module == 'dealflow' or any(
            'dealflow' in model._fields[column]._modules for column in over_parties
        )
        if not is_ours:
            continue
        answers = model._name in answering and set(model._merge_key) >= set(columns)
        if not answers:
            unanswered.append((table, index, sorted(columns)))
    return unanswered


@tagged('post_install', '-at_install')
class TestPartnerMerge(MarketingCommon):
    """Merging two contacts keeps everything linked to either of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user('manager', 'dealflow.group_manager')

    def _merge(self, target, *sources, user=None):
        partners = target.union(*sources)
        wizard = self.env['base.partner.merge.automatic.wizard'].with_user(user or self.env.user)
        wizard = wizard.with_context(active_model='res.partner', active_ids=partners.ids).create({})
        wizard.dst_partner_id = target
        wizard.action_merge()
        self.assertEqual(partners.exists(), target)

    def _count(self, partners):
        """Return how many of our rows refer to one of the partners, by model and field."""
        self.env.flush_all()
        return {
            (name, field.name): self.env[name]
            .sudo()
            .with_context(active_test=False)
            .search_count([(field.name, 'in', partners.ids)])
            for name, model in self.env.registry.items()
            if not model._abstract and not model._transient and model._auto and name != 'res.partner'
            for field in model._fields.values()
            if field.type == 'many2one' and field.comodel_name == 'res.partner' and field.store
            if 'dealflow' in field._modules
        }

    # One event with both contacts

    def test_participant_of_one_event_on_both_sides(self):
        twin = self._new_contact("Anna A.", self.alpha)
        kept = self._attend(self.fair, self.anna, state='invited', note="Wants a chair")
        self._attend(self.fair, twin, date=date(2024, 3, 2), note="Came with a colleague")
        other = self._attend(self.webinar, twin, state='confirmed')
        self._merge(self.anna, twin, user=self.manager)
        self.assertRecordValues(
            kept,
            [
                {
                    'partner_id': self.anna.id,
                    'state': 'attended',
                    'date': date(2024, 3, 2),
                    'note': "Wants a chair · Came with a colleague",
                }
            ],
        )
        self.assertEqual(self.fair.participant_ids, kept)
        self.assertEqual(other.partner_id, self.anna)

    def test_of_three_participants_the_highest_status_stays(self):
        twins = [self._new_contact(name, self.alpha) for name in ("Anna A.", "A. Anna")]
        for contact, state in zip((self.anna, *twins), ('invited', 'absent', 'confirmed'), strict=True):
            self._attend(self.fair, contact, state=state)
        self._merge(self.anna, *twins)
        self.assertRecordValues(self.fair.participant_ids, [{'partner_id': self.anna.id, 'state': 'absent'}])

    def test_what_hangs_on_the_participant_comes_along(self):
        twin = self._new_contact("Anna A.", self.alpha)
        kept, gone = self._attend(self.fair, self.anna, state='invited'), self._attend(self.fair, twin)
        gone.message_post(body="Asked for a price list")
        gone.activity_schedule('mail.mail_activity_data_todo', user_id=self.marketer.id, summary="Send it")
        gone.action_create_opportunities()
        lead = gone.lead_id
        self._merge(self.anna, twin)
        self.assertFalse(gone.exists())
        self.assertEqual(kept.lead_id, lead)
        self.assertEqual(kept.activity_ids.summary, "Send it")
        self.assertIn("Asked for a price list", "".join(kept.message_ids.mapped('body')))

    def test_touches_of_both_firms_stay(self):
        today = date.today()
        first, second = (self._new_lead(partner_id=firm.id) for firm in (self.alpha, self.beta))
        self._attend(self.fair, self.anna, date=today)
        self._attend(self.fair, self.berta, date=today)
        self._merge(self.anna, self.berta)
        for lead in first + second:
            self.assertEqual(lead.marketing_event_id, self.fair, lead)
        self.assertEqual(len((first + second).touch_ids), 2)

    def test_who_attended_touches_what_came_with_the_other_firm(self):
        today = date.today()
        self._attend(self.fair, self.anna, date=today)
        lead = self._new_lead(partner_id=self.beta.id)
        self.assertFalse(lead.marketing_event_id)
        self._merge(self.alpha, self.beta)
        self.assertEqual(lead.marketing_event_id, self.fair)
        self.assertEqual(self.berta.commercial_partner_id, self.alpha)

    def test_firm_of_a_participant_follows(self):
        participant = self._attend(self.fair, self.berta)
        self._merge(self.anna, self.berta)
        self.assertEqual(participant.firm_id, self.alpha)

    # Companies with records of all kinds on both sides

    def test_companies_with_everything_on_both_sides(self):
        group = self._new_partner("Group", counterparty_role='partner')
        for company, contact in ((self.alpha, self.anna), (self.beta, self.berta)):
            self._link(group, company)
            deal = self._new_deal(
                business_partner_id=company.id, legal_entity_id=company.id, contact_ids=[(6, 0, contact.ids)]
            )
            self._new_receipt(deal, amount=300, date_planned=date(2024, 5, 20))
            self._new_lead(partner_id=company.id)
            self._new_order(company)
            self._new_invoice(company, 100, post=True)
            self._new_event(business_partner_id=company.id, client_contact_id=contact.id)
            self._attend(self.fair, contact)
            self.env['dealflow.claim'].create({'name': "Late", 'business_partner_id': company.id})
            self.env['dealflow.contract'].create({'name': "Frame", 'entity_id': company.id})
            self.env['dealflow.competitor'].create({'name': f"Competitor of {company.name}", 'partner_id': company.id})
            self.env['res.partner.bank'].create({'acc_number': f'NO{company.id}', 'partner_id': company.id})
            self.env['dealflow.partner.phone'].create({'partner_id': company.id, 'number': f'+47 2200{company.id}'})
            company.action_submit_requisites()
        both = self.alpha + self.beta
        domain = [('business_partner_id', 'in', both.ids)]
        amounts = [
            sum(self.env[model].search(domain).mapped('amount')) for model in ('dealflow.deal', 'dealflow.receipt')
        ]
        sales = sum(both.mapped('total_sales'))
        before = self._count(both)
        self._merge(self.alpha, self.beta, user=self.manager)
        after = self._count(self.alpha)
        # The links from the group to both entities become one link; all other rows are kept.
        before['dealflow.entity.link', 'entity_id'] -= 1
        # The merging user's change of the requisites adds two log rows.
        before['dealflow.requisite.log', 'entity_id'] += 2
        self.assertEqual(after, before)
        self.assertGreaterEqual(sum(1 for count in before.values() if count), 10)
        domain = [('business_partner_id', '=', self.alpha.id)]
        self.assertEqual(
            [sum(self.env[model].search(domain).mapped('amount')) for model in ('dealflow.deal', 'dealflow.receipt')],
            amounts,
        )
        self.env.invalidate_all()
        self.assertEqual(self.alpha.total_sales, sales)
        self.assertEqual(self.alpha.child_ids, self.anna + self.arno + self.berta)
        self.assertEqual(self.alpha.business_partner_id, group)
        self.assertEqual(len(self.alpha.bank_ids), 2)
        self.assertEqual(self.alpha.requisites_state, 'to_confirm')

    def test_links_in_one_role_hold_for_the_time_of_both(self):
        group = self._new_partner("Group", counterparty_role='partner')
        self._link(group, self.alpha, date_from=date(2024, 1, 1), note="From the register")
        self._link(group, self.beta, date_to=date(2024, 6, 30), is_default=True)
        apart = self._link(group, self.beta, role='pays')
        self._merge(self.alpha, self.beta)
        links = self.alpha.partner_link_ids
        self.assertRecordValues(
            links.filtered(lambda link: link.role == 'owns'),
            [{'date_from': False, 'date_to': False, 'is_default': True, 'note': "From the register"}],
        )
        self.assertEqual(links.filtered(lambda link: link.role == 'pays'), apart)

    def test_link_between_the_merged_is_gone(self):
        self._link(self.alpha, self.beta)
        self._merge(self.alpha, self.beta)
        self.assertFalse(self.alpha.entity_link_ids + self.alpha.partner_link_ids)

    def test_documents_keep_the_partner_that_was_chosen(self):
        first, second = (self._new_partner(name, counterparty_role='partner') for name in ("G1", "G2"))
        for group in first + second:
            self._link(group, self.beta)
        order = self._new_order(self.beta, business_partner_id=second.id)
        self._merge(self.alpha, self.beta)
        self.assertRecordValues(order, [{'partner_id': self.alpha.id, 'business_partner_id': second.id}])
        third = self._new_partner("G3", counterparty_role='partner')
        self._merge(third, second)
        self.assertEqual(order.business_partner_id, third)

    def test_partner_and_entity_become_both(self):
        group = self._new_partner("Group", counterparty_role='partner')
        entity = self._new_partner("Entity", counterparty_role='entity', company_registry='4711')
        self._link(group, self.beta)
        self._merge(group, entity)
        self.assertRecordValues(group, [{'counterparty_role': 'both', 'company_registry': '4711'}])

    def test_refusal_of_mailings_is_stronger(self):
        for states, kept in (
            (('unknown', 'given'), 'given'),
            (('given', 'refused'), 'refused'),
            (('refused', 'given'), 'refused'),
        ):
            with self.subTest(states=states):
                target, source = (
                    self._new_contact("Olga", self.alpha, mailing_consent=state, email='olga@example.com')
                    for state in states
                )
                self._merge(target, source, user=self.manager)
                self.assertEqual(target.mailing_consent, kept)

    def test_second_main_number_is_kept(self):
        self.alpha.phone, self.beta.phone = '+47 22 33 44 55', '+47 99 88 77 66'
        self._merge(self.alpha, self.beta)
        self.assertEqual(self.alpha.phone, '+47 22 33 44 55')
        self.assertEqual(self.alpha.phone_ids.mapped('number'), ['+47 99 88 77 66'])

    def test_what_could_be_computed_is_kept_and_the_rest_is_noted(self):
        self.beta.write(
            {'company_registry': '4711', 'user_id': self.rep.id, 'email': 'b@beta.example.com', 'street': "Quay 1"}
        )
        self.alpha.write({'email': 'a@alpha.example.com', 'street': "Street 1"})
        self._merge(self.alpha, self.beta, user=self.manager)
        self.assertRecordValues(
            self.alpha, [{'company_registry': '4711', 'user_id': self.rep.id, 'email': 'a@alpha.example.com'}]
        )
        note = self.alpha.message_ids.filtered(lambda message: "merged into this one" in message.body).body
        for value in ("Beta", "b@beta.example.com", "Quay 1"):
            self.assertIn(value, note)

    def test_who_may_log_in_stays_under_the_check_of_odoo(self):
        person = self.rep.partner_id
        person.email, self.anna.email = 'rep@example.com', 'anna@example.com'
        with self.assertRaisesRegex(UserError, "same email"):
            self._merge(self.anna, person, user=self.manager)

    # Proposed pairs

    def _new_match(self, left, right, **verdict):
        match = self.env['dealflow.partner.match'].create(
            {'kind': 'duplicate', 'left_id': left.id, 'right_id': right.id, 'score': 90}
        )
        if verdict:
            match._dealflow_set_derived(verdict)
        return match

    def test_verdict_comes_with_the_merge_and_not_before(self):
        match = self._new_match(self.alpha, self.beta).with_user(self.manager)
        action = match.action_merge()
        self.assertEqual(match.verdict, 'open')
        wizard = self.env[action['res_model']].with_user(self.manager).with_context(**action['context']).create({})
        wizard.dst_partner_id = self.alpha
        wizard.action_merge()
        self.assertRecordValues(
            match,
            [
                {
                    'verdict': 'merged',
                    'decided_by_id': self.manager.id,
                    'left_id': self.alpha.id,
                    'right_id': False,
                    'merged_name': "Beta",
                    'display_name': "Alpha ≈ Beta",
                }
            ],
        )
        with self.assertRaisesRegex(UserError, "merged already"):
            match.action_merge()
        match.action_link_to_group()
        match.action_mark_different()
        self.assertEqual(match.verdict, 'merged')
        self.assertFalse(self.alpha.entity_link_ids)

    def test_merge_past_the_list_decides_the_pair_too(self):
        match = self._new_match(self.alpha, self.beta)
        self._merge(self.beta, self.alpha, user=self.manager)
        self.assertRecordValues(
            match, [{'verdict': 'merged', 'decided_by_id': self.manager.id, 'merged_name': "Alpha"}]
        )

    def test_decisions_about_the_merged_hold_for_the_one(self):
        stranger, firm = self._new_partner("Stranger"), self._new_partner("Firm")
        decided = self._new_match(self.beta, stranger, verdict='different', decided_on='2024-01-01')
        self._new_match(self.alpha, stranger)
        moved = self._new_match(self.beta, firm)
        self._merge(self.alpha, self.beta)
        matches = self.env['dealflow.partner.match'].search([('left_id', '=', self.alpha.id)])
        self.assertEqual(matches, decided + moved)
        self.assertEqual(decided.verdict, 'different')

    def test_full_access_merges_and_others_are_told_whom_to_ask(self):
        match = self._new_match(self.alpha, self.beta)
        view = self.env.ref('dealflow.dealflow_partner_match_view_list')
        for user, may in ((self.manager, True), (self.rep, False)):
            self.env.invalidate_all()
            arch = self.env['dealflow.partner.match'].with_user(user).get_view(view.id)['arch']
            self.assertEqual('action_merge' in arch, may, user.login)
        with self.assertRaisesRegex(AccessError, "merged by people with the right .+Full access"):
            match.with_user(self.rep).action_merge()

    # Unique indexes

    def test_every_unique_index_over_a_contact_has_an_answer(self):
        self.assertEqual(get_unanswered_indexes(self.env), [])

    def test_unique_index_of_tomorrow_is_noticed(self):
        self.env.cr.execute("CREATE UNIQUE INDEX probe ON dealflow_partner_phone (COALESCE(partner_id, 0), number)")
        self.assertEqual(
            get_unanswered_indexes(self.env), [('dealflow_partner_phone', 'probe', ['number', 'partner_id'])]
        )
