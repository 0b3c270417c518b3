from odoo import api, models


class Base(models.AbstractModel):
    """Lists in Dealflow's menus show the columns that the person has chosen (P06, X25).

    The screens ask for them with the option ``dealflow_columns`` of ``get_views``. They do so in Dealflow's menus only,
    for people who have chosen some; everybody else's lists are read as ever.
    """

    _inherit = 'base'

    @api.model
    def get_view(self, view_id=None, view_type='form', **options):
        view = super().get_view(view_id, view_type, **options)
        if view_type == 'list' and options.get('dealflow_columns'):
            chosen = self.env['dealflow.column.set']._get_chosen(view['id'])
            if chosen:
                view = chosen._apply_to(view)
        return view
