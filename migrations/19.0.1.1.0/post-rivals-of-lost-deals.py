def migrate(cr, version):
    """Put the competitors that deals were lost to among the competitors of those deals."""
    cr.execute("""
        INSERT INTO dealflow_deal_competitor (
                    deal_id, competitor_id, company_id, outcome, create_uid, create_date, write_uid, write_date)
             SELECT deal.id, deal.lost_competitor_id, deal.company_id, 'winner',
                    deal.write_uid, now() AT TIME ZONE 'UTC', deal.write_uid, now() AT TIME ZONE 'UTC'
               FROM dealflow_deal AS deal
              WHERE deal.lost_competitor_id IS NOT NULL
        ON CONFLICT (deal_id, competitor_id) DO NOTHING
    """)
