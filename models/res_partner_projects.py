from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The projects of the client where Odoo's projects are installed; nothing of it shows where they are not (E11)."""

    _inherit = 'res.partner'

    dealflow_project_count = fields.Integer(string="Number of Projects", compute='_compute_dealflow_project_count')

    @api.depends_context('uid', 'company')
    def _compute_dealflow_project_count(self):
        """Count with the rights of the user: who may see no projects sees none."""
        self.dealflow_project_count = 0
        if self._can_read_projects():
            # One search for each partner, because a project counts for every partner of its legal entity; the field is
            # for the card, not for lists.
            for partner in self._origin:
                partner.dealflow_project_count = self.env['project.project'].search_count(
                    partner._get_projects_domain())

    def _can_read_projects(self):
        return 'project.project' in self.env and self.env['project.project'].has_access('read')

    def _get_projects_domain(self):
        """Return the domain of the projects of the partner, of its legal entities and of their contacts."""
        self.ensure_one()
        return (
            Domain('is_template', '=', False)
            & Domain('partner_id', 'child_of', (self._get_legal_entities() | self).ids)
        )

    def action_view_projects(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('project.open_view_project_all')
        action['domain'] = list(self._get_projects_domain())
        action['context'] = {'default_partner_id': self._get_default_legal_entity().id}
        action['display_name'] = self.env._("Projects of %(partner)s", partner=self.display_name)
        return action
