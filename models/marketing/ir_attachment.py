from odoo import models


class IrAttachment(models.Model):
    """Only marketing may read the files of marketing events; other users may read titles and dates only (E50)."""

    _inherit = 'ir.attachment'

    def _inaccessible_comodel_records(self, model_and_ids, operation):
        yield from super()._inaccessible_comodel_records(model_and_ids, operation)
        event_ids = model_and_ids.get('dealflow.marketing.event')
        if event_ids and not self.env.su and not self.env.user.has_group('dealflow.group_marketing'):
            for event_id in event_ids:
                yield 'dealflow.marketing.event', event_id
