from odoo import models


class ValidateAccountMove(models.TransientModel):
    _inherit = 'validate.account.move'

    def validate_move(self):
        passing, refused = self.move_ids._dealflow_split_by_requisites()
        if not refused:
            return super().validate_move()
        self.move_ids = passing
        return refused._dealflow_notify_not_posted(super().validate_move())
