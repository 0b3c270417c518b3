from odoo import models


class IrHttp(models.AbstractModel):
    """Opens a page of Dealflow after login for its users, unless their preferences say otherwise.

    That is the workplace for who sells, and the start page for everybody else. The screens are also told whether a
    company of the person has a telephone system, so that they listen to it (C02), and whether the person calls by it,
    so that links to numbers do (E60); which models have an extended search (E35), whether the person has chosen columns
    (P06), and, to whoever has a role, that there is a search over all (X10).
    """

    _inherit = 'ir.http'

    def session_info(self):
        result = super().session_info()
        user = self.env.user
        if not result.get('home_action_id') and user.has_group('dealflow.group_viewer') and user.dealflow_opens_start:
            name = 'workplace' if user._dealflow_is_rep() else 'start'
            result['home_action_id'] = self.env.ref(f'dealflow.dealflow_{name}_action').id
        if user.has_group('dealflow.group_viewer'):
            result['dealflow_searches'] = self.env['dealflow.extended.search']._get_model_names()
            result['dealflow_columns'] = self.env['dealflow.column.choice']._get_version()
            result['dealflow_search'] = True
        # Without a provider nobody is in the group, and nothing is asked (C02).
        if user.has_group('dealflow.group_telephony'):
            # The screens listen to the telephony only where a company of the person has one.
            if self.env['dealflow.telephony.provider']._is_connected(user.company_ids):
                result['dealflow_telephony'] = True
            extensions = self.env['dealflow.telephony.extension']
            mine = extensions.with_context(allowed_company_ids=user.company_ids.ids)._get_mine()
            if mine:
                result['dealflow_extension'] = mine.number
        return result
