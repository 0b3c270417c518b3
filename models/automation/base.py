from odoo import models

from ...tools.rule_memory import KEY


class Base(models.AbstractModel):
    """A record that a rule has given to somebody else is still shown once to whoever saved it (C34)."""

    _inherit = 'base'

    def web_read(self, specification):
        # Next to nothing for all reads of transactions in which no rule has acted.
        gone = KEY in self.env.cr.cache and self.env['dealflow.rule']._get_lost_records(self)
        if not gone:
            return super().web_read(specification)
        self.env['dealflow.rule']._tell_of_lost_records(gone)
        rows = super(Base, self - gone).web_read(specification)
        return rows + self.env['dealflow.rule']._read_for_the_last_time(gone, specification)
