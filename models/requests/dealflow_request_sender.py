import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

KEPT = timedelta(days=1)


class DealflowRequestSender(models.Model):
    """Lets requests of one sender come in one after the other: two at once would both find no opportunity yet.

    Kept for a day, and by code alone, as hashes of the email and the number.
    """

    _name = 'dealflow.request.sender'
    _description = "Sender of Requests"
    _inherit = ['dealflow.derived.mixin', 'dealflow.company.mixin']
    _rec_name = 'key'

    company_id = fields.Many2one('res.company', required=True, index=True, ondelete='cascade')
    key = fields.Char(required=True)
    date = fields.Datetime(required=True)

    _key_unique = models.UniqueIndex('(company_id, key)')

    @api.model
    def _serialize(self, company, senders):
        """Let only one transaction at a time take in requests of these senders.

        A lock alone would not do: whoever waited for it would not see what the other has made. PostgreSQL refuses the
        second update of a row, and Odoo begins the request anew.

        :param senders: the email, and the number as E.164
        """
        for key in sorted({hashlib.sha256(sender.encode()).hexdigest() for sender in senders if sender}):
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO dealflow_request_sender (company_id, key, date) VALUES (%s, %s, %s)
                    ON CONFLICT (company_id, key) DO UPDATE SET date = excluded.date
                    """,
                    company.id,
                    key,
                    fields.Datetime.now(),
                ),
                log_exceptions=False,
            )

    @api.autovacuum
    def _gc_old(self):
        self.search([('date', '<', fields.Datetime.now() - KEPT)]).unlink()
