from odoo import fields, models
from odoo.exceptions import AccessError


class DealflowContract(models.Model):
    """The deal that a contract was signed for, which a stage may require."""

    _inherit = 'dealflow.contract'

    deal_id = fields.Many2one('dealflow.deal', index='btree_not_null', check_company=True, ondelete='set null')

    def _mail_get_partners(self, introspect_fields=False):
        """Write to the people of the deal, else to the client of the contract (C44)."""
        # sudo - dealflow.contract: Odoo asks for the customers also in the name of followers who may read less.
        return {
            contract.id: (
                contract.deal_id._get_correspondents()
                or (contract.entity_id | contract.business_partner_id).filtered('email_normalized')[:1]
            ).with_env(self.env)
            for contract in self.sudo()
        }

    def _check_access(self, operation):
        """Contracts of deals that a person may not read are not his to change: they prove the stage of the deal."""
        result = super()._check_access(operation)
        if operation == 'read' or self.env.su:
            return result
        # sudo - dealflow.contract: which deal it is, not what is in it.
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
