{
    'name': "Dealflow beside Addons of OCA",
    'summary': "Only tests: what companies do with both",
    'version': '19.0.1.0.0',
    'category': 'Hidden/Tests',
    'author': "Dealflow",
    'license': 'LGPL-3',
    'depends': [
        'dealflow',
        'account_invoice_merge',
        'account_reconcile_oca',
        'account_statement_import_camt',
        'contract',
        'partner_firstname',
        'sale_order_revision',
        'sale_tier_validation',
    ],
}
