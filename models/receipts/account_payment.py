from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# The states in which a payment has moved money; a draft, a cancelled and a rejected one have not.
MONEY_STATES = ('in_process', 'paid')


class AccountPayment(models.Model):
    """Which payments are money (rule 4)."""

    _inherit = 'account.payment'

    @api.model
    def _dealflow_get_valid_domain(self):
        """Return the domain of the payments that count as money."""
        return Domain('state', 'in', MONEY_STATES)

    @api.model
    def _dealflow_get_sql_valid(self, payment):
        """Return the SQL condition of :meth:`_dealflow_get_valid_domain`.

        :param SQL payment: the alias of ``account_payment``. After a ``LEFT JOIN`` an entry without a payment, such as
            a bank line, counts as well
        """
        return SQL("(%(payment)s.id IS NULL OR %(payment)s.state IN %(states)s)", payment=payment, states=MONEY_STATES)
