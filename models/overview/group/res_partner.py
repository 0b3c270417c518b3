from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ....tools.public_methods import public_method

# One page of a list; the button opens all people.
LIMIT = 80


class ResPartner(models.Model):
    """The card of a partner also shows opportunities, meetings and people of its legal entities (E15, X32)."""

    _inherit = 'res.partner'

    dealflow_group_contact_ids = fields.Many2many(
        'res.partner',
        string="Contacts of the Legal Entities",
        compute='_compute_dealflow_group_contact_ids',
        groups='dealflow.group_viewer',
    )

    def _dealflow_get_entities_by_partner(self):
        """Return today's legal entities by partner, for those partners that trade through others.

        :rtype: dict[res.partner, res.partner]
        """
        # sudo - dealflow.entity.link: users without access to Dealflow read Odoo's counters, too.
        links_sudo = self.env['dealflow.entity.link'].sudo()
        today = fields.Date.context_today(self)
        rows = links_sudo._read_group(
            links_sudo._get_valid_domain(today)
            & Domain('partner_id', 'in', self.ids)
            & Domain('company_id', 'in', [False, self.env.company.id]),
            ['partner_id'],
            ['entity_id:recordset'],
        )
        by_partner = {partner.sudo(False): entities.sudo(False) - partner.sudo(False) for partner, entities in rows}
        return {partner: entities for partner, entities in by_partner.items() if entities}

    def _dealflow_get_group_parties(self):
        """Return the partners of ``self`` together with their legal entities."""
        return self.union(self, *self._dealflow_get_entities_by_partner().values())

    # Opportunities

    def _get_contact_opportunities_domain(self):
        return super(ResPartner, self._dealflow_get_group_parties())._get_contact_opportunities_domain()

    def _compute_opportunity_count(self):
        """Count the opportunities that the button opens, including those of the legal entities."""
        super()._compute_opportunity_count()
        if not self.env.user.has_group('sales_team.group_sale_salesman'):
            return
        leads = self.env['crm.lead'].with_context(active_test=False)
        for partner, entities in self._dealflow_get_entities_by_partner().items():
            # One query each, because few partners trade through others.
            domain = super(ResPartner, partner | entities)._get_contact_opportunities_domain()
            partner.opportunity_count = leads.search_count(domain)

    # Meetings

    def _compute_meeting(self):
        """Add the events that name the client without inviting its people, and those of its legal entities."""
        meetings = super()._compute_meeting()
        if not self.ids:
            return meetings
        by_partner = self._dealflow_get_entities_by_partner()
        entities = self.union(*by_partner.values()) - self if by_partner else self.browse()
        meetings = {**(super(ResPartner, entities)._compute_meeting() if entities else {}), **meetings}
        events = self.env['calendar.event']
        parties = (self | entities).ids
        # As in Odoo, private events are counted, although their content is hidden.
        query = events._search(Domain('business_partner_id', 'in', parties) | Domain('legal_entity_id', 'in', parties))
        named = (events._field_to_sql(query.table, name, query) for name in ('business_partner_id', 'legal_entity_id'))
        for event_id, *party_ids in self.env.execute_query(query.select(SQL.identifier(query.table, 'id'), *named)):
            for party_id in party_ids:
                meetings[party_id] = [*meetings.get(party_id, ()), event_id]
        for partner, group in by_partner.items():
            meetings[partner.id] = list({event_id for party in partner | group for event_id in meetings[party.id]})
        return {partner_id: list(set(meetings[partner_id])) for partner_id in self.ids}

    # People

    @api.depends_context('uid', 'company')
    def _compute_dealflow_group_contact_ids(self):
        by_partner = self._origin._dealflow_get_entities_by_partner()
        for partner in self:
            entities = by_partner.get(partner._origin)
            partner.dealflow_group_contact_ids = entities and self.search(
                entities._dealflow_get_people_domain(), order='complete_name, id', limit=LIMIT
            )

    def _dealflow_get_people_domain(self, family_ids=None):
        """Return the domain of the people whose own company, or another one, is among ``self`` (E15).

        :param family_ids: the ids of ``self`` and all below, where they are known
        """
        is_person = Domain('is_company', '=', False) & Domain('type', '=', 'contact')
        below = Domain('id', 'child_of', self.ids) if family_ids is None else Domain('id', 'in', family_ids)
        is_theirs = below & Domain('id', 'not in', self.ids)
        # Ids, not a condition on the companies: PostgreSQL would read all contacts for «one of these or of those».
        others = self.with_context(active_test=False).other_contact_ids
        return is_person & (is_theirs | Domain('id', 'in', others.ids))

    @public_method(one=True)
    def action_view_dealflow_contacts(self):
        """Open the people of the partner and of its legal entities."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.res_partner_action_contacts')
        action['domain'] = list(self._dealflow_get_group_parties()._dealflow_get_people_domain())
        action['context'] = {'default_parent_id': self._dealflow_get_default_legal_entity().id}
        action['display_name'] = self.env._("Contacts of %(partner)s", partner=self.display_name)
        return action
