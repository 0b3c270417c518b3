from odoo import fields, models

# Types of fields that an answer of each kind may be written to.
FIELD_TYPES = {
    'text': ('char', 'text'),
    'number': ('integer', 'float', 'monetary'),
    'date': ('date',),
    'flag': ('boolean',),
}


class DealflowProcessQuestion(models.Model):
    """Something that a step of a process asks; the answer may go into a field of the card (E62)."""

    _name = 'dealflow.process.question'
    _description = "Question of a Process"
    _inherit = ['dealflow.process.part.mixin', 'dealflow.derived.mixin']
    _order = 'sequence, id'

    step_id = fields.Many2one('dealflow.process.step', required=True, index=True, ondelete='cascade')
    template_id = fields.Many2one(related='step_id.template_id')
    model_name = fields.Char(related='template_id.model_name', export_string_translation=False)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Question", required=True, translate=True)
    kind = fields.Selection(
        [('text', "Text"), ('number', "Number"), ('date', "Date"), ('flag', "Yes or no")],
        string="Answer",
        default='text',
        required=True,
    )
    is_required = fields.Boolean(string="Required", default=True)
    field_id = fields.Many2one(
        'ir.model.fields',
        string="Goes into the Field",
        ondelete='cascade',
        domain="[('model', '=', model_name), ('store', '=', True), ('readonly', '=', False), "
        "('ttype', 'in', {'text': ['char', 'text'], 'number': ['integer', 'float', 'monetary'], "
        "'date': ['date'], 'flag': ['boolean']}.get(kind, []))]",
        help="With the rights of whoever answers. Empty: the answer stays with the process.",
    )

    def _get_problem(self):
        """Return what is wrong with the field of the answer, as a sentence; empty if nothing is."""
        self.ensure_one()
        # sudo - ir.model.fields: whoever looks at the process may not read fields.
        field_sudo = self.field_id.sudo()
        if not field_sudo:
            return ''
        field = self.env[self.template_id.model_name]._fields.get(field_sudo.name)
        is_right = (
            field
            and field_sudo.model == self.template_id.model_name
            and field.type in FIELD_TYPES[self.kind]
            and field.store
            and not field.readonly
        )
        if is_right:
            return ''
        return self.env._(
            "the answer to “%(question)s” cannot go into “%(field)s”. Choose another field.",
            question=self.name,
            field=field_sudo.field_description,
        )
