import secrets
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.models import BaseModel


class DealflowRuleAction(models.Model):
    """Webhooks: another program is told, by a signed call from an outbox (C49)."""

    _inherit = 'dealflow.rule.action'
    _dealflow_code_only_fields = ('webhook_secret',)

    kind = fields.Selection(selection_add=[('webhook', "Call a webhook")], ondelete={'webhook': 'cascade'})
    webhook_url = fields.Char(string="Address of the Webhook")
    webhook_field_ids = fields.Many2many(
        'ir.model.fields',
        'dealflow_rule_action_webhook_field_rel',
        'action_id',
        'field_id',
        string="Fields to Send",
        domain="[('model', '=', model_name), ('ttype', 'not in', ('binary', 'one2many', 'properties'))]",
        help="The number and the name of the record are always sent.",
    )
    webhook_secret = fields.Char(
        string="Secret", readonly=True, copy=False, help="The receiver checks the signature of each call with it."
    )

    @api.depends('webhook_url')
    def _compute_description(self):
        return super()._compute_description()

    @api.constrains('webhook_url', 'webhook_field_ids', 'kind')
    def _check_webhook(self):
        self._check_complete()

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions._make_secrets()
        return actions

    def write(self, vals):
        result = super().write(vals)
        self._make_secrets()
        return result

    def _make_secrets(self):
        """Give each webhook a secret of its own, once."""
        for action in self.filtered(lambda action: action.kind == 'webhook' and not action.webhook_secret):
            action._dealflow_set_derived({'webhook_secret': secrets.token_urlsafe(32)})

    def _get_problem_webhook(self):
        try:
            parts = urlsplit(self.webhook_url or '')
        except ValueError:
            parts = urlsplit('')
        if parts.scheme not in ('http', 'https') or not parts.hostname or parts.username:
            return self.env._("enter an address that begins with https:// or http://.")
        if problem := self.env['dealflow.rule.call']._get_problem_of_host(parts.hostname):
            return problem
        model_name = self.rule_id._get_model_name()
        # sudo - ir.model.fields: people whose save sets off the rule may not read fields.
        if any(field.model != model_name for field in self.webhook_field_ids.sudo()):
            return self.env._("choose the fields again.")
        return ''

    def _check_outside(self):
        """Refuse webhooks whose names lead into the own network by now; a name that nobody knows may come yet."""
        super()._check_outside()
        for action in self.filtered(lambda action: action.kind == 'webhook'):
            parts = urlsplit(action.webhook_url)
            try:
                self.env['dealflow.rule.call']._check_host(parts.hostname, parts.port)
            except OSError:
                continue

    def _get_used_fields(self):
        webhooks = self.filtered(lambda action: action.kind == 'webhook')
        return super()._get_used_fields() | webhooks.webhook_field_ids

    def _describe_webhook(self):
        return urlsplit(self.webhook_url).hostname

    def _run_webhook(self, record):
        # sudo - ir.model.fields: only the names; the values are read with the rights of the owner.
        names = self.webhook_field_ids.sudo().mapped('name')
        payload = {
            'rule': self.rule_id.name,
            'model': record._name,
            'id': record.id,
            'name': record.display_name,
            'values': {name: _to_json(record[name]) for name in names},
        }
        # sudo - dealflow.rule.call: the outbox is filled by rules only.
        self.env['dealflow.rule.call'].sudo()._enqueue(self, record, payload)
        return self.env._("Webhook to %(host)s", host=self._describe_webhook())


def _to_json(value):
    if isinstance(value, BaseModel):
        return [{'id': each.id, 'name': each.display_name} for each in value]
    if hasattr(value, 'isoformat'):
        return value.isoformat()
    return value
