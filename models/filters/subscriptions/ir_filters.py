from odoo import fields, models
from odoo.exceptions import UserError

from ....tools.public_methods import FLAG, public_method
from .dealflow_filter_subscription import FOUND


class IrFilters(models.Model):
    """«Tell me daily what came in»: whoever uses a filter may subscribe to it (X28)."""

    _inherit = 'ir.filters'

    dealflow_subscription_ids = fields.One2many(
        'dealflow.filter.subscription', 'filter_id', export_string_translation=False, groups='base.group_user'
    )

    @public_method(one=True, on=FLAG)
    def action_dealflow_subscribe(self, on=True):
        """Tell the user once a day what the filter newly finds, or stop telling (X28).

        What it finds already is not told. Subscribing twice does it once.

        :param on: whether to tell
        :raise UserError: the filter is broken, or finds more than 10,000 records
        :raise AccessError: the user does not see the filter
        """
        self.check_access('read')
        # sudo - dealflow.filter.subscription: people write none themselves, what they know is kept by code alone.
        subscriptions_sudo = self.env['dealflow.filter.subscription'].sudo()
        mine_sudo = subscriptions_sudo.search([('filter_id', '=', self.id), ('user_id', '=', self.env.uid)])
        if not on:
            mine_sudo.unlink()
            return
        if mine_sudo:
            return
        if problem := self._dealflow_get_problem():
            raise UserError(problem)
        new_sudo = subscriptions_sudo.create({'filter_id': self.id, 'user_id': self.env.uid})
        found = new_sudo._find()
        if found is None:
            raise UserError(
                self.env._(
                    "The filter “%(filter)s” finds more than %(count)s records. Narrow it, so that what is new "
                    "matters.",
                    filter=self.name,
                    count=FOUND,
                )
            )
        new_sudo.write({'known_ids': found, 'checked_on': fields.Datetime.now()})
