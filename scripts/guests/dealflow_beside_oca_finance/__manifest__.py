{
    'name': "Dealflow beside Addons of OCA for Credit and Names",
    'summary': "Only tests: what companies do with both",
    'version': '19.0.1.0.0',
    'category': 'Hidden/Tests',
    'author': "Dealflow",
    'license': 'LGPL-3',
    'depends': [
        'dealflow',
        'account_credit_control',
        'partner_firstname',
        'sale_financial_risk',
    ],
}
