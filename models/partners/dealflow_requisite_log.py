from odoo import api, fields, models


class DealflowRequisiteLog(models.Model):
    """The log of the requisites of a legal entity: one row for each step, never changed (B39).

    The confirmation of an entity is nothing but its newest row here: there is no flag to set on the contact. Rows are
    created by :meth:`_append_entry` only, which checks who may confirm, so elevated rights do not help.
    """

    _name = 'dealflow.requisite.log'
    _description = "Requisites Log"
    _inherit = 'dealflow.log.mixin'
    _order = 'id desc'
    _rec_name = 'event'

    entity_id = fields.Many2one(
        'res.partner', string="Legal Entity", required=True, readonly=True, index=True, ondelete='restrict'
    )
    event = fields.Selection(
        [
            ('submitted', "Sent to accounting"),
            ('confirmed', "Confirmed"),
            ('rejected', "Rejected"),
            ('voided', "Changed after confirmation"),
            ('changed', "Changed"),
        ],
        string="Entry",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one('res.users', required=True, readonly=True, ondelete='restrict')
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    fingerprint = fields.Char(string="Check Code", required=True, readonly=True)
    snapshot = fields.Json(string="Requisites at That Time", readonly=True)
    changes = fields.Text(readonly=True)
    reason = fields.Text(readonly=True)

    @api.model
    def _append_entry(self, entities, event, reason=None):
        """Check that ``env.user`` may record ``event`` for the entities now, and append a row for each.

        :raise AccessError: the user may not record it, elevated rights or not
        :raise UserError: the state of an entity does not allow it
        """
        # sudo - res.partner, res.partner.bank: the fingerprint covers all requisites, readable to the user or not.
        entities_sudo = entities.with_env(self.env).sudo()
        entities_sudo._dealflow_invalidate_requisites()
        entities_sudo._dealflow_store_fingerprints()
        rows = []
        for entity_sudo in entities_sudo:
            requisites = entity_sudo._dealflow_get_requisites()
            fingerprint = entity_sudo._dealflow_get_requisites_fingerprint(requisites)
            entity_sudo._check_dealflow_requisite_log_entry(event, fingerprint, reason)
            rows.append(
                {
                    'entity_id': entity_sudo.id,
                    'event': event,
                    'reason': reason,
                    'user_id': self.env.uid,
                    'date': fields.Datetime.now(),
                    'fingerprint': fingerprint,
                    'snapshot': requisites,
                    'changes': entity_sudo._dealflow_describe_requisite_changes(requisites),
                }
            )
        return self._append(rows)
