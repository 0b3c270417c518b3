def migrate(cr, version):
    """Add the competitor that each lost deal was lost to to the competitors of that deal."""
    cr.execute("""
        INSERT INTO dealflow_deal_competitor (
                    deal_id, competitor_id, company_id, outcome, create_uid, create_date, write_uid, write_date)
             SELECT deal.id, deal.lost_competitor_id, deal.company_id, 'winner',
                    deal.write_uid, now() AT TIME ZONE 'UTC', deal.write_uid, now() AT TIME ZONE 'UTC'
               FROM dealflow_deal AS deal
              WHERE deal.lost_competitor_id IS NOT NULL
        ON CONFLICT (deal_id, competitor_id) DO NOTHING
    """)
