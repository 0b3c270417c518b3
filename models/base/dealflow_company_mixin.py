from odoo import api, models
from odoo.exceptions import AccessError


class DealflowCompanyMixin(models.AbstractModel):
    """Records that may only be created in, or moved to, a company of the user who does it.

    Record rules check the company that a record has before the change, and are bypassed by elevated rights. Here the
    user's companies count in both cases, for new records as for existing ones.
    """

    _name = 'dealflow.company.mixin'
    _description = "Documents of the User's Companies"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_company_of_person()
        return records

    def write(self, vals):
        result = super().write(vals)
        if 'company_id' in vals:
            self._check_company_of_person()
        return result

    def _check_company_of_person(self):
        person = self.env.user
        if person._is_superuser():
            return
        # With elevated rights all companies of the user count, also those not selected now, but no others.
        companies = person.company_ids if self.env.su else self.env.companies
        for record in self:
            # sudo - res.company: the name explains the refusal.
            company_sudo = record.sudo().company_id
            if company_sudo and company_sudo not in companies:
                raise AccessError(
                    self.env._(
                        "“%(record)s” cannot go to the company %(company)s: you do not belong to it, or have not "
                        "chosen it. Choose the company, or ask somebody who works there.",
                        record=record.sudo().display_name,
                        company=company_sudo.name,
                    )
                )
