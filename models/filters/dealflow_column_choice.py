from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain


class DealflowColumnChoice(models.Model):
    """The column set with which a person opens a list; without one, the list is as it was shipped (P06)."""

    _name = 'dealflow.column.choice'
    _description = "Chosen Column Set"
    _inherit = ['dealflow.reference.mixin']

    user_id = fields.Many2one('res.users', required=True, default=lambda self: self.env.user, ondelete='cascade')
    set_id = fields.Many2one('dealflow.column.set', string="Column Set", required=True, index=True, ondelete='cascade')
    view_id = fields.Many2one('ir.ui.view', string="List", required=True, index=True, ondelete='cascade')

    _user_view_uniq = models.UniqueIndex(
        '(user_id, view_id)', "A person opens a list with one column set. Choose another one in its place."
    )

    @api.constrains('set_id', 'view_id')
    def _check_view(self):
        for choice in self:
            if choice.set_id.view_id != choice.view_id:
                raise ValidationError(
                    self.env._("“%(set)s” is the column set of another list.", set=choice.set_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        choices = super().create(vals_list)
        choices._check_usable()
        return choices

    def write(self, vals):
        result = super().write(vals)
        self._check_usable()
        return result

    def _check_usable(self):
        """Refuse column sets that the person may not use, also for who reads all of them.

        :raise AccessError: the set is another person's, who does not share it
        """
        if self.env.su:
            return
        for choice in self:
            if choice.user_id != self.env.user or not choice.set_id.dealflow_is_usable:
                raise AccessError(
                    self.env._(
                        "The column set “%(set)s” is not shared with you. Ask %(owner)s to share it.",
                        set=choice.set_id.sudo().name,
                        owner=choice.set_id.sudo().dealflow_owner_id.name or self.env._("an administrator"),
                    )
                )

    @api.model
    def _get_version(self):
        """Return a text that changes with the columns of the lists of the user, or False: all are as shipped.

        Browsers keep views; they ask for them anew when the text is another one.
        """
        choices = self.search(Domain('user_id', '=', self.env.uid) & Domain('set_id.dealflow_is_usable', '=', True))
        sets = choices.set_id
        return ','.join(f'{chosen.id}-{chosen.write_date:%Y%m%d%H%M%S%f}' for chosen in sets.sorted('id')) or False
