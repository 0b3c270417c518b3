from odoo.fields import Command

from .common import DealflowCommon


class FilterCommon(DealflowCommon):
    """Filters and folders of ``rep_north``, who shares them with ``rep_second`` in every way.

    ::

        rep_second    the colleague: in the group and in the team North
        outsider      a sales rep of the team South, in no group
        editor        has the right «Common filters»
        admin         manages access rights
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = cls.rep_south
        cls.editor = cls._new_user('editor', 'dealflow.group_user_own,dealflow.group_filters_editor')
        cls.admin = cls._new_user('rights', 'dealflow.group_user_own,base.group_erp_manager')
        cls.group = cls.env['res.groups'].create({'name': "Buyers of chairs", 'user_ids': cls.rep_second.ids})
        cls.ways = {
            'people': {'user_ids': [Command.set((cls.rep_north | cls.rep_second).ids)]},
            'group': {'dealflow_group_ids': [Command.set(cls.group.ids)]},
            'team': {'dealflow_team_ids': [Command.set(cls.team_north.ids)]},
        }
        cls.folder = cls._new_folder(cls.rep_north)
        cls.common_folder = cls.env.ref('dealflow.filter_folder_common')

    @classmethod
    def _new_filter(cls, user, model='dealflow.deal', env_context=None, **values):
        """Return a filter as Odoo's search bar saves it for the user alone."""
        return (
            cls.env['ir.filters']
            .with_user(user)
            .with_context(**(env_context or {}))
            .create_filter(
                {
                    'name': "Large deals",
                    'model_id': model,
                    'domain': "[('amount', '>', 10000)]" if model == 'dealflow.deal' else '[]',
                    'user_ids': [Command.link(user.id)],
                    **values,
                }
            )
        )

    @classmethod
    def _new_folder(cls, user, **values):
        return cls._new('dealflow.filter.folder', user, {'name': "Sales", 'model': 'dealflow.deal', **values})
