from odoo import api, fields, models


class DealflowRuleAction(models.Model):
    """Projects that a rule starts, where Odoo's app is installed (C39)."""

    _inherit = 'dealflow.rule.action'

    kind = fields.Selection(selection_add=[('project', "Create a project")], ondelete={'project': 'cascade'})

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Offer the kind only where there are projects; what uses it already stays readable."""
        found = super().fields_get(allfields, attributes)
        kinds = found.get('kind', {}).get('selection')
        if kinds and not self._has_projects():
            # sudo - dealflow.rule.action: whether any action is of the kind.
            if not self.sudo().search_count([('kind', '=', 'project')], limit=1):
                found['kind']['selection'] = [option for option in kinds if option[0] != 'project']
        return found

    @api.model
    def _has_projects(self):
        return 'project.project' in self.env

    def _compute_value_kind(self):
        super()._compute_value_kind()
        for action in self.filtered(lambda action: action.kind == 'project'):
            action.value_kind = 'project'
            action.value_model = 'project.project' if self._has_projects() else False

    def _get_problem_project(self):
        if not self._has_projects():
            return self.env._("there are no projects here. Install Odoo's app “Project” first.")
        if self.record_id and not self._get_project_template().is_template:
            return self.env._("the project is no template. Choose another one, or none.")
        return self._get_problem_of_person()

    def _get_project_template(self):
        # sudo - project.project: people whose save sets off the rule may not read it.
        return self.env['project.project'].sudo().browse(self.record_id or []).exists()

    def _get_needed_access(self):
        needed = super()._get_needed_access()
        if self.kind == 'project' and self._has_projects():
            needed.append(('project.project', 'create'))
        return needed

    def _describe_project(self):
        return self.title or self._get_project_template().name or self._describe_person()

    def _run_project(self, record):
        """Create a project of the client, by the template if there is one, and tell on both of them of the other."""
        projects = record.env['project.project']
        values = {
            'name': self.title or record.display_name,
            'partner_id': self._get_project_client(record).id,
            'user_id': self._get_person(record).id,
        }
        order = self._get_project_order(record)
        if order:
            values |= {'reinvoiced_sale_order_id': order.id, 'allow_billable': True}
        if self.record_id:
            project = projects.browse(self.record_id).action_create_from_template(values)
        else:
            project = projects.create(values)
        project.message_post(
            body=self.env._("Created from %(record)s.", record=record._get_html_link()), subtype_xmlid='mail.mt_note'
        )
        return self._describe_made(project)

    def _get_project_client(self, record):
        """Return the client of the project: its legal entity, whose projects the form of the partner shows too."""
        if 'legal_entity_id' in record._fields and record.legal_entity_id:
            return record.legal_entity_id
        return self._get_client(record)

    def _get_project_order(self, record):
        """Return the order by which the deal finds its projects; empty if no app ties projects to orders."""
        orders = record.env['sale.order']
        if 'reinvoiced_sale_order_id' not in record.env['project.project']._fields:
            return orders
        match record._name:
            case 'sale.order':
                return record
            case 'dealflow.deal':
                return record.order_ids.filtered(lambda order: order.state == 'sale').sorted('id', reverse=True)[:1]
        return orders
