from odoo import models
from odoo.fields import Domain


class DealflowExternalSyncMixin(models.AbstractModel):
    """Sends an event to Google and Outlook unless it is kept out or its type excludes it (P28, P63).

    The overridden methods belong to Odoo's modules for Google and Outlook, are the last step before data is sent, and
    are not called without these modules. Inherited before ``calendar.event`` and ``calendar.recurrence``, so that the
    mixins of those modules come after it.
    """

    _name = 'dealflow.external.sync.mixin'
    _description = "Calendar Sent to Google or Outlook"

    def _dealflow_may_sync_externally(self):
        raise NotImplementedError

    def _dealflow_get_external_sync_domain(self):
        """Return the domain of records that may be sent; without it, the others would fill the batches of the sync."""
        raise NotImplementedError

    def _get_sync_domain(self):
        return Domain(super()._get_sync_domain()) & self._dealflow_get_external_sync_domain()

    def _google_insert(self, google_service, values, **kwargs):
        if self._dealflow_may_sync_externally():
            return super()._google_insert(google_service, values, **kwargs)
        return None

    def _google_patch(self, google_service, google_id, values, **kwargs):
        if self._dealflow_may_sync_externally():
            return super()._google_patch(google_service, google_id, values, **kwargs)
        return None

    def _get_microsoft_sync_domain(self):
        return Domain(super()._get_microsoft_sync_domain()) & self._dealflow_get_external_sync_domain()

    def _microsoft_insert(self, values, **kwargs):
        if self._dealflow_may_sync_externally():
            return super()._microsoft_insert(values, **kwargs)
        return None

    def _microsoft_patch(self, user_id, event_id, values, **kwargs):
        if self._dealflow_may_sync_externally():
            return super()._microsoft_patch(user_id, event_id, values, **kwargs)
        return None
