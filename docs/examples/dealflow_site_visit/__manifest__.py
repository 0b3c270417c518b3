{
    'name': "Site Visits for Dealflow",
    'summary': "An example: visits as a requirement, in the history of clients, and on the start page",
    'version': '19.0.1.0.0',
    'category': 'Sales/CRM',
    'author': "Dealflow",
    'license': 'LGPL-3',
    'depends': ['dealflow'],
    'data': [
        'security/ir.model.access.csv',
        'security/dealflow_site_visit_rules.xml',
        'views/dealflow_history_views.xml',
        'views/dealflow_site_visit_views.xml',
    ],
    'assets': {
        # The bundle in which the start page lives.
        'web.assets_backend': [
            'dealflow_site_visit/static/src/**/*',
        ],
    },
}
