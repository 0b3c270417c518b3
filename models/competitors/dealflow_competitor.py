from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.parties import FIRMS


class DealflowCompetitor(models.Model):
    """A competitor that deals are won from or lost to: what it has, does and sells, and to whom (B51-B53, C100).

    Files and comments are kept in the chatter, which shows who added them and when.
    """

    _name = 'dealflow.competitor'
    _description = "Competitor"
    _inherit = ['dealflow.derived.mixin', 'mail.thread', 'mail.activity.mixin', 'dealflow.company.mixin']
    _order = 'name, id'
    _check_company_auto = True

    name = fields.Char(required=True, index='trigram', tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one('res.company', index=True, help="Empty means that all companies share the competitor.")
    partner_id = fields.Many2one(
        'res.partner',
        string="Company Card",
        check_company=True,
        index='btree_not_null',
        help="Address, phones and people of the competitor, where it is kept among the contacts.",
    )
    status_id = fields.Many2one(
        'dealflow.competitor.status',
        string="Competitive Status",
        index='btree_not_null',
        tracking=True,
        group_expand='_read_group_status_ids',
        ondelete='restrict',
    )
    color = fields.Integer(related='status_id.color', export_string_translation=False)
    industry_id = fields.Many2one('res.partner.industry', index='btree_not_null', tracking=True)
    region_id = fields.Many2one('dealflow.region', index='btree_not_null', tracking=True)
    equipment = fields.Text(help="Machines, vehicles, software: what the competitor works with.")
    projects = fields.Text(help="What it has done and is doing, for whom.")
    volumes = fields.Text(help="What it makes or sells in a year.")
    strengths = fields.Text()
    weaknesses = fields.Text()
    client_ids = fields.Many2many(
        'res.partner',
        'dealflow_competitor_client_rel',
        'competitor_id',
        'partner_id',
        string="Clients",
        domain=FIRMS,
        help="Who buys from the competitor; the same as on the card of the client.",
    )

    competitor_ids = fields.One2many('dealflow.deal.competitor', 'competitor_id', string="On Deals")

    @api.constrains('client_ids', 'company_id')
    def _check_client_company(self):
        """Check that a competitor of one company has no clients of another; a shared one may have clients of all."""
        # sudo - res.partner: clients that the user may not see are checked, too.
        for competitor in self.sudo().filtered('company_id'):
            strangers = competitor.client_ids.filtered(
                lambda client, company=competitor.company_id: client.company_id not in (company.browse(), company),
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "The competitor %(competitor)s belongs to %(company)s, its client %(client)s to "
                        "%(client_company)s. Remove the client, or leave the company of the competitor empty.",
                        competitor=competitor.name,
                        company=competitor.company_id.name,
                        client=strangers[0].display_name,
                        client_company=strangers[0].company_id.name,
                    )
                )

    @api.model
    def _read_group_status_ids(self, statuses, domain):
        """Show all statuses as columns of the kanban view, including empty ones."""
        return statuses.search([])
