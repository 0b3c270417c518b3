from odoo.addons.dealflow.tools import renames

# Fields that are not stored: model, old name, new name.
FIELDS = (('res.partner', 'dealflow_double_warning', 'dealflow_duplicate_warning'),)
# Stored fields: model, old name, new name.
COLUMNS = ()
# External ids: old name, new name.
IDS = ()
# Code of scheduled jobs, which an upgrade does not change: old code, new code.
CODE = (('model._cron_follow_dates()', 'model._cron_update_state()'),)
# Methods of buttons: model, old name, new name.
BUTTONS = (
    ('dealflow.deal', 'action_level_receipts', 'action_adjust_receipts'),
    ('dealflow.marketing.event', 'action_make_opportunities', 'action_create_opportunities'),
    ('dealflow.marketing.participant', 'action_make_opportunities', 'action_create_opportunities'),
    ('dealflow.partner.match', 'action_different', 'action_mark_different'),
    ('dealflow.partner.match', 'action_find', 'action_find_matches'),
    ('dealflow.partner.match', 'action_same_group', 'action_link_to_group'),
    ('mailing.mailing', 'action_dealflow_cancel_for_good', 'action_dealflow_cancel'),
    ('mailing.mailing', 'action_dealflow_prepare_again', 'action_dealflow_reset_to_preparation'),
)


def migrate(cr, version):
    """Rename stored uses of the old names: columns, views, filters, rules, exports and code of server actions."""
    for model, former, present in COLUMNS:
        renames.rename_column(cr, model, former, present)
    for former, present in IDS:
        renames.rename_external_id(cr, former, present)
    for former, present in CODE:
        renames.rename_job_code(cr, former, present)
    for model, former, present in (*FIELDS, *COLUMNS, *BUTTONS):
        renames.rename_in_views(cr, model, former, present, (model, former, present) in COLUMNS)
        renames.rename_in_server_actions(cr, model, former, present)
    for model, former, present in (*FIELDS, *COLUMNS):
        renames.rename_in_expressions(cr, model, former, present)
