from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

KEPT = timedelta(days=30)


class DealflowRequestArrival(models.Model):
    """One request that a source handed in, and what was answered: the same one again gets the same answer.

    Kept for 30 days, and by code alone. What the request said is in the opportunity; here is only its hash.
    """

    _name = 'dealflow.request.arrival'
    _description = "Request That Came In"
    _inherit = ['dealflow.derived.mixin', 'dealflow.company.mixin']
    _order = 'date desc, id desc'
    _rec_name = 'lead_id'

    request_source_id = fields.Many2one('dealflow.request.source', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, index=True, ondelete='cascade')
    date = fields.Datetime(required=True)
    key = fields.Char(string="Idempotency Key")
    fingerprint = fields.Char(string="What Was Sent", required=True, groups=fields.NO_ACCESS)
    state = fields.Selection(
        [('new', "New Opportunity"), ('joined', "Added to an Open One"), ('trap', "From a Robot")],
        default='new',
        required=True,
    )
    lead_id = fields.Many2one('crm.lead', string="Opportunity", index='btree_not_null', ondelete='set null')

    _key_unique = models.UniqueIndex('(request_source_id, key) WHERE key IS NOT NULL')
    _source_date_idx = models.Index('(request_source_id, date)')

    @api.model
    def _begin(self, source, key, fingerprint):
        """Keep that a request came in, before anything is made of it.

        Two of the same key at once are one after the other: the second one waits for the first, and then begins anew,
        because it could not see what the first has made.
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO dealflow_request_arrival (
                    request_source_id, company_id, date, key, fingerprint, state,
                    create_uid, create_date, write_uid, write_date
                )
                VALUES (%s, %s, %s, %s, %s, 'new', %s, %s, %s, %s)
                ON CONFLICT (request_source_id, key) WHERE key IS NOT NULL DO UPDATE SET date = excluded.date
                RETURNING id
                """,
                source.id,
                source.company_id.id,
                fields.Datetime.now(),
                key or None,
                fingerprint,
                *(self.env.uid, self.env.cr.now()) * 2,
            ),
            log_exceptions=False,
        )
        return self.browse(self.env.cr.fetchone()[0])

    def _get_answer(self):
        """Return what the one request is answered. A robot is told nothing of the trap."""
        self.ensure_one()
        return {'id': self.lead_id.id or 0, 'joined': self.state == 'joined'}

    @api.autovacuum
    def _gc_old(self):
        self.search([('date', '<', fields.Datetime.now() - KEPT)]).unlink()
