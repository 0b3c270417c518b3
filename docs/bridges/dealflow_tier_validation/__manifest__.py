{
    'name': "Reviews of Deals in Tiers",
    'summary': "Deals are won after the reviews that OCA's base_tier_validation asks for",
    'version': '19.0.1.0.0',
    'category': 'Sales/CRM',
    'author': "Dealflow",
    'license': 'LGPL-3',
    'depends': ['dealflow', 'base_tier_validation'],
    'auto_install': True,
}
