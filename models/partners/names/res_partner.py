from odoo import api, fields, models

# Languages whose documents put the surname before first name and patronymic; in others it comes last.
SURNAME_FIRST = ('be', 'kk', 'ru', 'uk')


class ResPartner(models.Model):
    """The full name of a person with the patronymic in its place, if first name and surname are separate fields.

    They are with OCA's partner_firstname, which need not be installed (B42).
    """

    _inherit = 'res.partner'

    dealflow_full_name = fields.Char(
        string="Full Name",
        compute='_compute_dealflow_full_name',
        groups='base.group_user',
        help="With the patronymic, in the order of the person's language, as used in documents and letters.",
    )

    @api.depends(lambda self: self._dealflow_get_full_name_fields())
    @api.depends_context('lang')
    def _compute_dealflow_full_name(self):
        """Leave it empty if surname and first name are not separate: the patronymic is then shown by itself."""
        is_split = {'firstname', 'lastname'} <= self._fields.keys()
        for partner in self:
            partner.dealflow_full_name = (
                is_split
                and partner._dealflow_is_person()
                and partner._dealflow_join_names(partner.lastname, partner.firstname, partner.patronymic)
            )

    def _dealflow_get_full_name_fields(self):
        names = [name for name in ('firstname', 'lastname') if name in self._fields]
        return [*names, 'patronymic', 'lang', 'is_company']

    def _dealflow_join_names(self, surname, first_name, patronymic):
        """Return the name in the order of the contact's language, else of the user's; False if a part is missing."""
        self.ensure_one()
        if not (surname and first_name and patronymic):
            return False
        lang = self.lang or self.env.lang or ''
        is_surname_first = lang.split('_')[0] in SURNAME_FIRST
        # Typed into a single field before that was split, the first name may contain the patronymic.
        first_name = ' '.join(word for word in first_name.split() if word != patronymic)
        given = f'{first_name} {patronymic}'
        return f'{surname} {given}' if is_surname_first else f'{given} {surname}'
