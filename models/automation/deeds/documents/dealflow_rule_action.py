from odoo import api, fields, models


class DealflowRuleAction(models.Model):
    """A printed document that is attached to the record (C48)."""

    _inherit = 'dealflow.rule.action'

    kind = fields.Selection(selection_add=[('document', "Prepare a document")], ondelete={'document': 'cascade'})
    report_id = fields.Many2one(
        'ir.actions.report',
        string="Document",
        ondelete='restrict',
        index='btree_not_null',
        domain="[('model', '=', model_name), ('report_type', '=', 'qweb-pdf')]",
    )

    @api.depends('report_id')
    def _compute_description(self):
        return super()._compute_description()

    @api.constrains('report_id', 'kind')
    def _check_document(self):
        self._check_complete()

    def _get_problem_document(self):
        # sudo - ir.actions.report: people whose save sets off the rule may not read it.
        report_sudo = self.report_id.sudo()
        if not report_sudo or report_sudo.model != self.rule_id._get_model_name():
            return self.env._("choose the document.")
        return ''

    def _describe_document(self):
        return self.report_id.sudo().name

    def _get_needed_access(self):
        needed = super()._get_needed_access()
        return [*needed, (self.rule_id._get_model_name(), 'write')] if self.kind == 'document' else needed

    def _run_document(self, record):
        content, extension = record.env['ir.actions.report']._render_qweb_pdf(self.report_id.report_name, record.ids)
        file = record.env['ir.attachment'].create(
            {
                'name': f'{self.report_id.name} {record.display_name}.{extension}'.replace('/', '-'),
                'raw': content,
                'res_model': record._name,
                'res_id': record.id,
            }
        )
        return self.env._("Document: %(document)s", document=file.name)
