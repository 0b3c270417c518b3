"""Consistency checks of a database, run in PostgreSQL directly instead of through the module.

Each query returns inconsistent rows; in a consistent database all of them return none.
"""

QUESTIONS = {
    "deals without a history": """
        SELECT id FROM dealflow_deal
         WHERE NOT EXISTS (SELECT 1 FROM dealflow_deal_log WHERE deal_id = dealflow_deal.id)
    """,
    "deals that are not what the last row of their history says": """
        SELECT deal.id
          FROM dealflow_deal deal
          JOIN (SELECT DISTINCT ON (deal_id) * FROM dealflow_deal_log ORDER BY deal_id, id DESC) AS log
            ON log.deal_id = deal.id
         WHERE (deal.stage_id, deal.state, deal.amount, deal.amount_company, deal.currency_id,
                deal.expected_close_date, deal.user_id)
            IS DISTINCT FROM
               (log.stage_to_id, log.state_to, log.amount_to, log.amount_company_to, log.currency_id,
                log.deadline_to, log.owner_to_id)
    """,
    "rows of a history that do not begin where the row before has ended": """
        SELECT id
          FROM (
            SELECT id, row_number() OVER chain AS place,
                   (stage_from_id, state_from, amount_from, amount_company_from, deadline_from, owner_from_id)
                   IS DISTINCT FROM
                   (lag(stage_to_id) OVER chain, lag(state_to) OVER chain, COALESCE(lag(amount_to) OVER chain, 0),
                    COALESCE(lag(amount_company_to) OVER chain, 0), lag(deadline_to) OVER chain,
                    lag(owner_to_id) OVER chain) AS is_torn
              FROM dealflow_deal_log
            WINDOW chain AS (PARTITION BY deal_id ORDER BY id)
          ) AS log
         WHERE is_torn
    """,
    "deals whose open amount and movements do not sum up to what they are worth": """
        SELECT deal.id
          FROM dealflow_deal deal
          JOIN (SELECT deal_id, sum(amount_company_to - amount_company_from) AS total
                  FROM dealflow_deal_log GROUP BY deal_id) AS movement ON movement.deal_id = deal.id
         WHERE movement.total <> deal.amount_company
    """,
    "opportunities that do not follow their deals": """
        SELECT lead.id
          FROM crm_lead lead
          JOIN (SELECT lead_id,
                       CASE WHEN bool_or(state = 'open') THEN 'pending' WHEN bool_or(state = 'won') THEN 'won'
                            ELSE 'lost' END AS outcome
                  FROM dealflow_deal WHERE lead_id IS NOT NULL GROUP BY lead_id) AS deals ON deals.lead_id = lead.id
         WHERE lead.won_status <> deals.outcome
    """,
    "receipts that are linked to an invoice and do not know it, or the other way round": """
        SELECT id FROM dealflow_receipt
         WHERE matched_amount <> 0 AND NOT EXISTS (
               SELECT 1 FROM dealflow_receipt_invoice_rel WHERE receipt_id = dealflow_receipt.id)
            OR NOT is_invoiced AND EXISTS (
               SELECT 1 FROM dealflow_receipt_invoice_rel WHERE receipt_id = dealflow_receipt.id)
    """,
    "receipts that are closed by accounting without its money, or received without a day": """
        SELECT id FROM dealflow_receipt
         WHERE is_closed_by_match AND (cover_date IS NULL OR state <> 'received')
            OR (state = 'received') <> (date_received IS NOT NULL)
    """,
    "invoices whose receipts were given more money than has come for them": """
        SELECT invoice.id
          FROM account_move invoice
          JOIN (
            SELECT link.move_id, sum(receipt.matched_amount + receipt.credited_amount) AS matched
              FROM dealflow_receipt_invoice_rel link JOIN dealflow_receipt receipt ON receipt.id = link.receipt_id
             GROUP BY link.move_id
            HAVING count(*) = count(*) FILTER (
                   WHERE (SELECT count(*) FROM dealflow_receipt_invoice_rel WHERE receipt_id = receipt.id) = 1
                     AND receipt.currency_id = (SELECT currency_id FROM account_move WHERE id = link.move_id))
          ) AS receipts ON receipts.move_id = invoice.id
         WHERE invoice.state = 'posted' AND receipts.matched > invoice.amount_total - invoice.amount_residual
    """,
}


def contradictions(server, database):
    """Return messages on inconsistent data, with some of the ids; an empty list when everything is consistent."""
    found = []
    for words, question in QUESTIONS.items():
        ids = [row[0] for row in server.query(question, database=database)]
        if ids:
            found.append(f"{len(ids)} {words}: {ids[:10]}")
    return found
