from odoo import fields, models
from odoo.exceptions import AccessError


class DealflowContract(models.Model):
    """The deal that a contract was signed for; a stage may require such a contract."""

    _inherit = 'dealflow.contract'

    deal_id = fields.Many2one('dealflow.deal', index='btree_not_null', check_company=True, ondelete='set null')

    def _mail_get_partners(self, introspect_fields=False):
        """Return the contacts of the deal, else the client of the contract (C44)."""
        # sudo - dealflow.contract: Odoo also calls this for followers who may not read everything.
        return {
            contract.id: (
                contract.deal_id._get_correspondents()
                or (contract.entity_id | contract.business_partner_id).filtered('email_normalized')[:1]
            ).with_env(self.env)
            for contract in self.sudo()
        }

    def _check_access(self, operation):
        """Refuse changes to contracts of deals that the user may not read: the deal's stage may depend on them."""
        result = super()._check_access(operation)
        if operation == 'read' or self.env.su:
            return result
        # sudo - dealflow.contract: only the link to the deal is read, not the deal itself.
        deals = self.sudo().deal_id.sudo(False)
        strange = deals - deals._filtered_access('read')
        forbidden = self.filtered(lambda contract: contract.sudo().deal_id.id in strange.ids)
        if not forbidden:
            return result

        def explain():
            return AccessError(
                self.env._(
                    "The contract %(contract)s was signed for a deal that you may not read. Ask somebody who works on "
                    "the deal to change it.",
                    contract=forbidden[0].sudo().display_name,
                )
            )

        return (forbidden | result[0], result[1]) if result else (forbidden, explain)
