from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DealflowMarketingMaterial(models.Model):
    """An item in the library of marketing materials, which many events can use (C70)."""

    _name = 'dealflow.marketing.material'
    _description = "Marketing Material"
    _inherit = ['dealflow.derived.mixin', 'mail.thread', 'mail.activity.mixin', 'dealflow.company.mixin']
    _order = 'name, id'
    _check_company_auto = True

    name = fields.Char(required=True, index='trigram', tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company',
        index='btree_not_null',
        help="Empty means that all companies share the material.",
    )
    kind = fields.Selection(
        [
            ('presentation', "Presentation"),
            ('leaflet', "Leaflet or catalogue"),
            ('letter', "Letter or invitation"),
            ('banner', "Banner or layout"),
            ('photo', "Photo or video"),
            ('report', "Survey or report"),
            ('other', "Other"),
        ],
        default='other',
        required=True,
        index=True,
    )
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    url = fields.Char(string="Link", help="Where the material lies when it is not a file here.")
    description = fields.Text(help="What it says and whom it is for; the library is searched by it.")
    user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    event_ids = fields.Many2many(
        'dealflow.marketing.event',
        'dealflow_marketing_event_material_rel',
        'material_id',
        'event_id',
        string="Marketing Events",
    )

    @api.constrains('company_id', 'event_ids')
    def _check_company_of_events(self):
        for material in self.filtered('company_id'):
            company = material.company_id
            if strangers := material.event_ids.filtered(lambda event, company=company: event.company_id != company):
                raise ValidationError(
                    self.env._(
                        "The material %(material)s belongs to %(company)s, the event %(event)s does not. Empty the "
                        "company of the material to share it.",
                        material=material.name,
                        company=company.name,
                        event=strangers[0].title,
                    )
                )

    @api.constrains('name', 'file', 'url')
    def _check_content(self):
        for material in self.with_context(bin_size=True):
            if not material.file and not material.url:
                raise ValidationError(
                    self.env._(
                        "The material %(material)s has neither a file nor a link. Give one of them.",
                        material=material.name,
                    )
                )
