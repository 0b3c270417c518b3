from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ....tools.own_context import YES, get_own
from ....tools.phone_numbers import get_first_e164


class CrmLead(models.Model):
    """Requests that come in find their client, and the open opportunity of the client (C54, C55, X04, X16).

    A program hands them in (:meth:`_dealflow_take_in`), a letter makes them, or a form of the website. Letters and
    forms stay as Odoo has them in companies without a routing rule.

    Context key, which only these methods can set: ``dealflow_keeps_contact``: the email and the number of a request are
    those of whoever sent it, and do not go to the card of the client, as Odoo lets what a colleague enters.
    """

    _inherit = 'crm.lead'

    @api.model
    def _dealflow_take_in(self, values, country, is_joined):
        """Return the opportunity of a request: a new one, or with ``is_joined`` the open one of the client.

        :param dict values: of the opportunity; a phone as E.164
        :param country: in which numbers without a country code are meant
        :return: the opportunity, and whether it was there before
        :rtype: tuple[crm.lead, bool]
        """
        company = self.env['res.company'].browse(values['company_id'])
        email = email_normalize(values.get('email_from')) or ''
        phone = get_first_e164(values.get('phone'), country.code)
        self.env['dealflow.request.sender']._serialize(company, (email, phone))
        client = self._dealflow_find_client(email, phone, country, company)
        if is_joined and (lead := self._dealflow_find_open(client, email, phone, company)):
            return lead, True
        values = self._dealflow_add_default_name(values)
        keeping = self.with_context(dealflow_keeps_contact=YES)
        lead = keeping.create({**values, **({'partner_id': client.id} if client else {})}).with_env(self.env)
        lead._dealflow_await_routing()
        return lead, False

    def _get_partner_email_update(self, force_void=True):
        if self.email_from and get_own(self.env, 'dealflow_keeps_contact'):
            return False
        return super()._get_partner_email_update(force_void=force_void)

    def _get_partner_phone_update(self, force_void=True):
        if self.phone and get_own(self.env, 'dealflow_keeps_contact'):
            return False
        return super()._get_partner_phone_update(force_void=force_void)

    @api.model
    def _dealflow_find_client(self, email, phone, country, company):
        """Return whose a request is, by email and by number in any spelling; nobody when it may be several.

        :return: a contact in elevated rights
        """
        # sudo - res.partner: the client of a request is found for whoever takes it in.
        partners_sudo = self.env['res.partner'].sudo()
        by_email = by_phone = partners_sudo
        companies = Domain('company_id', 'in', [False, *company.parent_ids.ids])
        if email:
            by_email = partners_sudo.search(companies & Domain('email_normalized', '=', email))
        if phone:
            by_phone = partners_sudo._dealflow_get_number_owners([phone], country, company)[phone]
        both = by_email & by_phone
        for found in (both, by_email, by_phone):
            if found:
                return found if len(found) == 1 else found._dealflow_get_only_owner()
        return partners_sudo

    @api.model
    def _dealflow_find_open(self, client, email, phone, company, before=None):
        """Return the last open opportunity of a client, or of who writes from the same email or number; if any.

        :param before: a request; only opportunities that came in before it are meant
        """
        whose = Domain('partner_id', 'child_of', client.commercial_partner_id.ids) if client else Domain.FALSE
        unknown = Domain.OR(
            [
                Domain('email_normalized', '=', email) if email else Domain.FALSE,
                Domain('phone_sanitized', '=', phone) if phone else Domain.FALSE,
            ]
        )
        # sudo - crm.lead: the opportunity may be that of anybody.
        return self.sudo().search(
            (whose | unknown & Domain('partner_id', '=', False))
            & Domain('company_id', 'in', [False, company.id])
            & Domain('won_status', '=', 'pending')
            & (Domain('id', '<', before.id) if before else Domain.TRUE),
            order='id desc',
            limit=1,
        )

    def _dealflow_note_request(self, values, files):
        """Write into the one opportunity that its client asks for something again, and tell its salesperson."""
        self.ensure_one()
        words = [values.get(name) for name in ('name', 'contact_name', 'partner_name', 'email_from', 'phone')]
        self.message_post(
            body=Markup('<p><b>%s</b></p><p>%s</p>%s')
            % (
                self.env._("Another request of the client"),
                ', '.join(filter(None, words)),
                values.get('description') or '',
            ),
            attachments=files,
            partner_ids=self.user_id.partner_id.ids,
            subtype_xmlid='mail.mt_note',
        )
        self._dealflow_follow_request(values)

    def _dealflow_follow_request(self, values):
        """Keep where a further request comes from, if nothing is known of that, and let somebody work on it in time."""
        origin = ('source_id', 'medium_id', 'campaign_id', 'dealflow_product_id', 'dealflow_category_id')
        self.write({name: values[name] for name in origin if values.get(name) and not self[name]})
        if self.user_id:
            company = self._dealflow_get_company()
            route = self.dealflow_route_id
            self._dealflow_begin_answer_time(route._get_answer_hours() if route else company.dealflow_request_hours)
        else:
            self._dealflow_await_routing()

    @api.model
    def _dealflow_has_routing(self, company):
        return bool(self.env['dealflow.request.route']._get_routes(company))

    # Letters

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Add a letter to the open opportunity of its sender, where there is one; else route the new one."""
        values = custom_values or {}
        team = self.env['crm.team'].browse(values.get('team_id') or ())
        company = self.env['res.company'].browse(values.get('company_id') or ()) or team.company_id or self.env.company
        if not self._dealflow_has_routing(company):
            return super().message_new(msg_dict, custom_values=custom_values)
        email = email_normalize(msg_dict.get('from')) or ''
        self.env['dealflow.request.sender']._serialize(company, [email])
        client = self._dealflow_find_client(email, '', company.country_id, company)
        if email and (lead := self._dealflow_find_open(client, email, '', company)):
            lead._dealflow_follow_request(values)
            return lead.sudo(self.env.su)
        lead = super().message_new(msg_dict, custom_values=custom_values)
        if client and not lead.partner_id:
            lead.partner_id = client
        lead._dealflow_await_routing()
        return lead

    # Forms of the website

    @api.model_create_multi
    def create(self, vals_list):
        """Find the clients of requests from the website, and let them be routed.

        Odoo's form links only visitors who are logged in, and reads numbers by the country of the visitor's address.
        """
        is_website = 'website' in self.env and self.env.context.get('website_id')
        is_form = is_website and self.env.user._is_superuser()
        leads = super().create([self._dealflow_leave_to_routing(vals) for vals in vals_list] if is_form else vals_list)
        if is_form:
            for lead in leads:
                if self._dealflow_has_routing(lead._dealflow_get_company()):
                    lead._dealflow_find_client_of_form()
                    lead._dealflow_await_routing()
        return leads

    @api.model
    def _dealflow_leave_to_routing(self, vals):
        """Return the values without the leader of the team, who gets all requests of a website without a salesperson.

        A website with a *Default Salesperson* was set so on purpose, and stays so.
        """
        website = self.env['website'].browse(self.env.context['website_id'])
        company = self.env['res.company'].browse(vals.get('company_id') or self.env.company.id)
        is_chosen = 'crm_default_user_id' not in website._fields or website.crm_default_user_id
        if is_chosen or not vals.get('user_id') or not self._dealflow_has_routing(company):
            return vals
        leader = self.env['crm.team'].browse(vals.get('team_id') or ()).user_id
        return {**vals, 'user_id': False} if vals['user_id'] == leader.id else vals

    def _dealflow_find_client_of_form(self):
        self.ensure_one()
        company = self._dealflow_get_company()
        country = self.country_id or company.country_id
        phone = get_first_e164(self.phone, *filter(None, (country.code, company.country_id.code)))
        client = self.partner_id or self._dealflow_find_client(self.email_normalized or '', phone, country, company)
        if client and not self.partner_id:
            self.with_context(dealflow_keeps_contact=YES).partner_id = client

    @api.model
    def _dealflow_cron_route_batch(self, leads):
        """Add requests from the website to the open opportunities of their clients before the others are routed.

        It is done here because the form still writes into what it has made, files too.
        """
        return super()._dealflow_cron_route_batch(leads.exists()._dealflow_join_open())

    def _dealflow_join_open(self):
        """Merge requests without a salesperson into the open opportunities of their clients; return the others."""
        rest = self.browse()
        for lead in self:
            company = lead._dealflow_get_company()
            # A program is told at once whether its request is joined; here come those of forms.
            target = not lead.dealflow_request_source_id and self._dealflow_find_open(
                lead.partner_id, lead.email_normalized or '', lead.phone_sanitized or '', company, before=lead
            )
            if not target:
                rest |= lead
                continue
            origin = ('source_id', 'medium_id', 'campaign_id', 'dealflow_product_id', 'dealflow_category_id')
            values = {
                **{name: lead[name] for name in ('name', 'contact_name', 'partner_name', 'email_from', 'phone')},
                'description': lead.description,
                **{name: lead[name].id for name in origin},
            }
            self.env['ir.attachment'].search([('res_model', '=', 'crm.lead'), ('res_id', '=', lead.id)]).res_id = target
            lead.message_change_thread(target)
            lead._message_log(body=self.env._("Added to the open opportunity %(name)s.", name=target.name))
            target._dealflow_note_request(values, [])
            lead.unlink()
        return rest
