from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...tools.own_context import YES, get_own
from ...tools.public_methods import id_of, public_method, values_of


class CrmLead(models.Model):
    _inherit = 'crm.lead'

    deal_ids = fields.One2many('dealflow.deal', 'lead_id', string="Deals", groups='dealflow.group_viewer')
    dealflow_deal_count = fields.Integer(
        string="Number of Deals", compute='_compute_dealflow_deal_count', groups='dealflow.group_viewer'
    )
    dealflow_has_deals = fields.Boolean(
        compute='_compute_dealflow_has_deals',
        compute_sudo=True,
        export_string_translation=False,
        groups='base.group_user',
    )

    dealflow_open_revenue = fields.Monetary(
        string="Revenue Not in Deals",
        compute='_compute_dealflow_open_revenue',
        currency_field='company_currency',
        aggregator='sum',
        groups='base.group_user',
        help="The expected revenue, and nothing once the opportunity goes on in deals: they tell their amounts.",
    )

    @api.depends('deal_ids', 'expected_revenue')
    def _compute_dealflow_open_revenue(self):
        for lead in self:
            lead.dealflow_open_revenue = 0 if lead.dealflow_has_deals else lead.expected_revenue

    def _field_to_sql(self, alias, field_expr, query=None):
        """Compute the revenue that is not in deals in SQL, so that groups can sum it."""
        if field_expr != 'dealflow_open_revenue':
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            "(CASE WHEN EXISTS (SELECT FROM dealflow_deal AS deal WHERE deal.lead_id = %s) THEN 0 ELSE %s END)",
            SQL.identifier(alias, 'id'),
            self._field_to_sql(alias, 'expected_revenue', query),
        )

    @api.depends('deal_ids')
    def _compute_dealflow_deal_count(self):
        counts = dict(self.env['dealflow.deal']._read_group([('lead_id', 'in', self.ids)], ['lead_id'], ['__count']))
        for lead in self:
            lead.dealflow_deal_count = counts.get(lead, 0)

    @api.depends('deal_ids')
    def _compute_dealflow_has_deals(self):
        """Count deals the user cannot see as well: any deal makes the client of the opportunity read-only (P41)."""
        for lead in self:
            lead.dealflow_has_deals = bool(lead.deal_ids)

    @api.constrains('won_status', 'lost_reason_id', 'active')
    def _check_dealflow_lost_reason(self):
        """Require a lost reason from Dealflow users (E20).

        Odoo's own jobs, and users who only have Odoo's sales rights, are not affected by the module (rule 6).
        """
        if self.env.user._is_superuser() or not self.env.user.has_group('dealflow.group_viewer'):
            return
        for lead in self.filtered(lambda lead: lead.type == 'opportunity' and not lead.lost_reason_id):
            if lead._dealflow_is_archived_while_open():
                raise ValidationError(
                    self.env._(
                        "The opportunity %(opportunity)s is open: archived, it would vanish without the field "
                        "“%(field)s”. Mark it as lost with a reason instead.",
                        opportunity=lead.name,
                        field=self._dealflow_get_field_label('lost_reason_id'),
                    )
                )
            if lead.won_status == 'lost':
                raise ValidationError(
                    self.env._(
                        "The opportunity %(opportunity)s cannot be marked as lost without the field “%(field)s”. "
                        "Choose a reason.",
                        opportunity=lead.name,
                        field=self._dealflow_get_field_label('lost_reason_id'),
                    )
                )

    def _dealflow_is_archived_while_open(self):
        """Return whether the opportunity was archived while open and without deals to decide its outcome."""
        self.ensure_one()
        return not self.active and self.won_status == 'pending' and not self.dealflow_has_deals

    def action_archive(self):
        """Ask for a lost reason before an open opportunity is archived, as when it is marked as lost (E20).

        :return: the action that opens the lost dialog, else what Odoo returns
        """
        is_worker = not self.env.user._is_superuser() and self.env.user.has_group('dealflow.group_user_own')
        given_up = self.filtered(
            lambda lead: (
                lead.type == 'opportunity'
                and lead.active
                and lead.won_status == 'pending'
                and not (lead.lost_reason_id or lead.dealflow_has_deals)
            )
        )
        if not (is_worker and given_up) or get_own(self.env, 'dealflow_losing'):
            return super().action_archive()
        (self - given_up).action_archive()
        action = self.env['ir.actions.act_window']._for_xml_id('crm.crm_lead_lost_action')
        action['context'] = {
            'dialog_size': 'medium',
            'active_model': self._name,
            'active_ids': given_up.ids,
            'default_lead_ids': given_up.ids,
        }
        return action

    def _check_dealflow_stage_visible(self):
        """Refuse a move to a stage hidden from the user: record rules only check the old stage (X52).

        Not checked in sudo: an opportunity follows the outcome of its deals into any stage.
        """
        if self.env.su:
            return
        hidden = self.env.user._dealflow_get_closed_stage_ids()['dealflow_hidden_lead_stage_ids']
        for lead in self if hidden else ():
            if lead.stage_id.id in hidden:
                raise ValidationError(
                    self.env._(
                        "The opportunity %(opportunity)s cannot enter the stage %(stage)s: you may not see the "
                        "opportunities there. Ask somebody who may to move it.",
                        opportunity=lead.name,
                        stage=lead.stage_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.user._is_superuser():
            vals_list = [self._dealflow_add_default_name(vals) for vals in vals_list]
        leads = super().create(vals_list)
        leads._check_dealflow_stage_visible()
        return leads

    @api.model
    def _dealflow_add_default_name(self, vals):
        """Return the values with a name, for requests without a subject: a website form need not ask for one.

        The name column is required: without a value, the visitor would get an error page.
        """
        if vals.get('name') or vals.get('partner_id') or self.env.context.get('default_name'):
            return vals
        sender = next(filter(None, map(vals.get, ('partner_name', 'contact_name', 'email_from', 'phone'))), None)
        name = (
            self.env._("Request from %(sender)s", sender=sender) if sender else self.env._("Request without a subject")
        )
        return {**vals, 'name': name}

    def write(self, vals):
        if 'partner_id' in vals:
            self._check_dealflow_client_kept(vals['partner_id'])
        result = super().write(vals)
        if 'stage_id' in vals:
            self._check_dealflow_stage_visible()
        return result

    def _check_dealflow_client_kept(self, partner_id):
        """Refuse to change the client of an opportunity that has deals: they were made out to that client (P41)."""
        for lead in self.filtered('partner_id'):
            # sudo - dealflow.deal: deals of colleagues count too.
            if lead.partner_id.id != partner_id and lead.sudo().deal_ids:
                raise UserError(
                    self.env._(
                        "The opportunity %(opportunity)s has become a deal, and keeps its client %(client)s. "
                        "Make another opportunity for another client.",
                        opportunity=lead.name,
                        client=lead.partner_id.display_name,
                    )
                )

    @api.constrains('won_status')
    def _check_dealflow_outcome_of_deals(self):
        """Refuse an outcome that differs from that of the deals: a sale would count twice or not at all (rule 5)."""
        for lead in self.filtered(lambda lead: lead.won_status != 'pending'):
            # sudo - dealflow.deal: deals of colleagues count too.
            deals = lead.sudo().deal_ids
            if deals and lead.won_status != deals._get_common_outcome():
                raise ValidationError(
                    self.env._(
                        "The opportunity %(opportunity)s has deals, and follows them: %(deals)s. Close the deals "
                        "instead.",
                        opportunity=lead.name,
                        deals=", ".join(f"{deal.name} ({deal._dealflow_get_value_label('state')})" for deal in deals),
                    )
                )

    def action_set_lost(self, **additional_values):
        """Write the reason before the lead is archived, so that the constraint on the reason finds it."""
        if reason_id := additional_values.get('lost_reason_id'):
            self.write({'lost_reason_id': reason_id})
        return super(CrmLead, self.with_context(dealflow_losing=YES)).action_set_lost(**additional_values)

    # Conversion

    @public_method(vals=values_of('dealflow.deal', deal_id=id_of('dealflow.deal')))
    def action_convert_to_deal(self, vals=None):
        """Convert opportunities to deals, or attach them to an existing deal (E19, X19).

        :param dict vals: values of the deal that take precedence over those of the opportunity
            (``business_partner_id``, ``legal_entity_id``, ``funnel_id``, ``amount``, ``currency_id``, ...);
            ``deal_id`` attaches to that deal instead
        :return: action that opens the deal or the list of deals
        :raise UserError: an opportunity is already won or lost, or already converted to this deal; a second deal of
            the same opportunity needs a ``name`` and an ``amount`` of its own
        """
        deals = self._dealflow_convert_to_deals(vals or {})
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_deal_action')
        if len(deals) == 1:
            action.update(view_mode='form', views=[(False, 'form')], res_id=deals.id)
        else:
            action['domain'] = [('id', 'in', deals.ids)]
        return action

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company=is_company, parent_id=parent_id)
        return values | {'origin_kind': 'opportunity', 'origin_lead_id': self.id}

    def _get_customer_information(self):
        """Leave the origin out of suggested recipients: it is only set when the opportunity creates the contact."""
        information = super()._get_customer_information()
        for values in information.values():
            values.pop('origin_kind', None)
            values.pop('origin_lead_id', None)
        return information

    def _dealflow_convert_to_deals(self, vals):
        """Convert the opportunities and return their deals; see :meth:`action_convert_to_deal`."""
        closed = self.filtered(lambda lead: lead.won_status != 'pending')
        if closed:
            raise UserError(
                self.env._(
                    "The opportunity %(opportunity)s is closed. Restore it before you convert it to a deal.",
                    opportunity=closed[0].name,
                )
            )
        self._dealflow_serialize_outcome()
        vals = dict(vals)
        deal = self.env['dealflow.deal'].browse(vals.pop('deal_id', None) or ())
        if deal and vals:
            raise UserError(
                self.env._(
                    "The deal %(deal)s keeps its values when an opportunity is attached to it. Leave out: %(keys)s.",
                    deal=deal.name,
                    keys=", ".join(vals),
                )
            )
        self._check_dealflow_not_converted(deal, vals)
        self.filtered(lambda lead: lead.type == 'lead').convert_opportunity(False)
        if deal:
            self._dealflow_attach_to_deal(deal)
            return deal
        deals = self.env['dealflow.deal'].create([lead._prepare_dealflow_deal_values() | vals for lead in self])
        for lead, deal in zip(self, deals, strict=True):
            lead.message_post(body=self.env._("Converted to the deal %(deal)s.", deal=deal.display_name))
        return deals

    def _check_dealflow_not_converted(self, deal, vals):
        """Refuse a second conversion: the sale would count twice.

        A further deal of the same opportunity is accepted if it has a name and an amount of its own.
        """
        for lead in self:
            # sudo - dealflow.deal: deals of colleagues count too.
            deals = lead.sudo().deal_ids
            if not deals or deal and deal not in deals:
                continue
            names = ", ".join(f"{made.name} ({made.number})" for made in deals)
            if deal:
                raise UserError(
                    self.env._(
                        "The opportunity %(opportunity)s is attached to the deal %(deal)s already.",
                        opportunity=lead.name,
                        deal=names,
                    )
                )
            if not vals.get('amount') or not vals.get('name') or vals['name'] in deals.mapped('name'):
                raise UserError(
                    self.env._(
                        "The opportunity %(opportunity)s has become a deal already: %(deals)s. Another deal of it "
                        "needs a name and an amount of its own.",
                        opportunity=lead.name,
                        deals=names,
                    )
                )

    def _dealflow_attach_to_deal(self, deal):
        """Link the opportunities to an existing open deal.

        A deal has one opportunity, so several are merged first with Odoo's own merge.

        :raise UserError: the deal is not open
        """
        if deal.state != 'open':
            raise UserError(
                self.env._(
                    "The deal %(deal)s is “%(state)s”: an opportunity that is open cannot become it. Reopen the deal, "
                    "or make a new one.",
                    deal=deal.name,
                    state=deal._dealflow_get_value_label('state'),
                )
            )
        leads = self | deal.lead_id
        lead = leads.merge_opportunity() if len(leads) > 1 else leads
        deal.write(
            {
                'lead_id': lead.id,
                **{
                    name: lead[name].id
                    for name in ('campaign_id', 'medium_id', 'source_id')
                    if lead[name] and not deal[name]
                },
            }
        )
        lead._dealflow_sync_outcome_of_deals()

    def _prepare_dealflow_deal_values(self):
        """Return the values of the deal that the opportunity is converted to."""
        self.ensure_one()
        company = self.company_id or self.env.company
        partner = self.partner_id.commercial_partner_id
        return {
            'name': self.name,
            'lead_id': self.id,
            'company_id': company.id,
            'business_partner_id': partner and partner._dealflow_get_business_partner().id,
            'contact_ids': [fields.Command.set((self.partner_id - partner).ids)],
            'user_id': self.user_id.id,
            'team_id': self.team_id.id,
            'funnel_id': self.env['dealflow.funnel']._get_default(company).id,
            'amount': self.expected_revenue,
            'currency_id': company.currency_id.id,
            'expected_close_date': self.date_deadline,
            'priority': self.priority,
            'tag_ids': [fields.Command.set(self.tag_ids.ids)],
            'campaign_id': self.campaign_id.id,
            'medium_id': self.medium_id.id,
            'source_id': self.source_id.id,
            'description': self.description,
        }

    def _dealflow_sync_outcome_of_deals(self):
        """Set the outcome of the opportunities from their deals, so that each sale counts once (rule 5).

        Pending while a deal is open; won when all are closed and at least one is won; lost when all are lost.
        """
        self._dealflow_serialize_outcome()
        # sudo - crm.lead: the user was allowed to close the deal; its opportunity may belong to a colleague.
        for lead in self.sudo():
            deals = lead.deal_ids
            if not deals:
                continue
            outcome = deals._get_common_outcome()
            if lead.won_status != outcome:
                lead._dealflow_apply_outcome(outcome, deals)

    def _dealflow_serialize_outcome(self):
        """Let only one transaction at a time decide the outcome of the opportunities.

        Two users who close the last two deals at once each see the other deal still open. A lock alone would not help:
        the second transaction keeps its old snapshot. An updated row gives it a serialization error, and Odoo retries.
        """
        if self.ids:
            self.env.cr.execute(SQL("UPDATE crm_lead SET write_date = write_date WHERE id IN %s", tuple(self.ids)))

    def _dealflow_apply_outcome(self, outcome, deals):
        self.ensure_one()
        if outcome == 'won':
            self.action_set_won()
        elif outcome == 'lost':
            last_lost = deals.sorted(lambda deal: (deal.closed_on, deal.id))[-1]
            self.action_set_lost(lost_reason_id=last_lost.lost_reason_id.id)
        elif self.won_status == 'lost':
            self.action_restore()
        else:
            self.stage_id = self._stage_find(domain=[('is_won', '=', False)])
            self.action_set_automated_probability()

    def _merge_dependences(self, opportunities):
        """Move the deals of merged opportunities to the one that is kept."""
        super()._merge_dependences(opportunities)
        # sudo - dealflow.deal: rights on opportunities allow merging, and no deal may be left behind.
        opportunities.sudo().deal_ids.lead_id = self
        self._dealflow_sync_outcome_of_deals()

    @public_method(one=True)
    def action_dealflow_view_deals(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_deal_action')
        action['domain'] = [('lead_id', '=', self.id)]
        action['context'] = {'default_lead_id': self.id, 'search_default_filter_open': False}
        if self.dealflow_deal_count == 1:
            action.update(view_mode='form', views=[(False, 'form')], res_id=self.deal_ids.id)
        return action
