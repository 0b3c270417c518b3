from odoo import models
from odoo.exceptions import AccessError


class DealflowCompanyMixin(models.AbstractModel):
    """Records that may change their company stay among the companies of the person who changes it.

    The record rules look at the company that the record has before; also where rights are elevated, the person decides.
    """

    _name = 'dealflow.company.mixin'
    _description = "Documents of one's Companies"

    def write(self, vals):
        result = super().write(vals)
        if 'company_id' in vals:
            self._check_company_of_person()
        return result

    def _check_company_of_person(self):
        person = self.env.user
        for record in self if not person._is_superuser() else ():
            # sudo - res.company: the name explains the refusal.
            company_sudo = record.sudo().company_id
            if company_sudo and company_sudo not in person.company_ids:
                raise AccessError(
                    self.env._(
                        "“%(record)s” cannot go to the company %(company)s, to which you do not belong. Ask somebody "
                        "who works there.",
                        record=record.sudo().display_name,
                        company=company_sudo.name,
                    )
                )
