{
    'name': "Dealflow",
    'version': '19.0.1.0.0',
    'category': 'Sales/CRM',
    'summary': "From the first interest to money in the bank: regulated funnel, legal entities, receipts plan",
    'author': "Dealflow",
    'license': 'LGPL-3',
    'application': True,
    'depends': [
        'crm',
        'sale_crm',
        'base_automation',
        'mass_mailing',
    ],
    'data': [
        'security/dealflow_groups.xml',
        'security/ir.model.access.csv',
        'security/dealflow_rules.xml',
    ],
}
