from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class DealflowRequisiteLog(models.Model):
    """What happened to the requisites of a legal entity: one row for each event, never changed (B39).

    The confirmation of an entity is nothing but its newest row here: there is no flag to set on the contact. Rows are
    made by ``_append`` only; ``create`` itself checks who may confirm, so elevated rights do not help.
    """

    _name = 'dealflow.requisite.log'
    _description = "Requisites Log"
    _inherit = 'dealflow.derived.mixin'
    _order = 'id desc'
    _rec_name = 'event'

    entity_id = fields.Many2one(
        'res.partner', string="Legal Entity", required=True, readonly=True, index=True, ondelete='restrict')
    event = fields.Selection(
        [
            ('submitted', "Sent to accounting"),
            ('confirmed', "Confirmed"),
            ('rejected', "Rejected"),
            ('voided', "Changed after confirmation"),
        ],
        required=True, readonly=True,
    )
    user_id = fields.Many2one('res.users', required=True, readonly=True, ondelete='restrict')
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    fingerprint = fields.Char(required=True, readonly=True)
    snapshot = fields.Json(readonly=True)
    changes = fields.Text(readonly=True)
    reason = fields.Text(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        entities = self.env['res.partner'].browse(vals['entity_id'] for vals in vals_list)
        # sudo - res.partner, res.partner.bank: the fingerprint covers all requisites, whoever looks.
        entities_sudo = entities.sudo()
        entities_sudo._refresh_requisites()
        prepared = []
        for entity_sudo, vals in zip(entities_sudo, vals_list, strict=True):
            entity_sudo._check_requisite_event(vals['event'], vals.get('reason'))
            requisites = entity_sudo._get_requisites()
            prepared.append({
                'entity_id': entity_sudo.id,
                'event': vals['event'],
                'reason': vals.get('reason'),
                'user_id': self.env.uid,
                'date': fields.Datetime.now(),
                'fingerprint': entity_sudo._get_requisites_fingerprint(requisites),
                'snapshot': requisites,
                'changes': entity_sudo._describe_requisite_changes(requisites),
            })
        return super().create(prepared)

    # pylint: disable=method-required-super; a row is never written again, so nothing is passed on
    def write(self, vals):
        raise AccessError(self.env._("The log of requisites cannot be changed, by anybody."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The log of requisites cannot be deleted, by anybody."))

    @api.model
    def _append(self, entities, event, reason=None):
        """Add one row for each entity; the checks of the event are made by ``create``."""
        # sudo - dealflow.requisite.log: nobody has the right to create rows, so that they come from here only.
        return self.sudo().create([
            {'entity_id': entity.id, 'event': event, 'reason': reason} for entity in entities
        ])
