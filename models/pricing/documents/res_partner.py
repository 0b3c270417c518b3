from odoo import models

from ....tools.salutations import get_gender, split_name

# How a language addresses a person in a letter: by first name and patronymic, by the surname, or without a name, which
# would have to be declined.
NAME_FORMS = {'be': 'patronymic', 'kk': 'patronymic', 'pl': 'none', 'ru': 'patronymic'}
# Languages that would have to decline the name also where they do not know whether to write to a man or a woman.
DECLINED = ('uk',)


class ResPartner(models.Model):
    """How letters address a person (C26)."""

    _inherit = 'res.partner'

    def _dealflow_get_salutation(self):
        """Return how a letter to the contact begins, with the mark that ends it, in the language of the contact.

        A firm, an address and an empty contact get the form for people whose names are not known.

        :rtype: str
        """
        # sudo - res.partner: whoever writes the letter sees the name anyway.
        contact = self.sudo()
        lang = contact.lang or self.env.lang or 'en_US'
        env = self.with_context(lang=lang).env
        language = lang.split('_')[0]
        first_name, patronymic, surname = split_name(*contact._dealflow_get_name_to_split())
        if not contact or not first_name or not contact._dealflow_is_person():
            return env._("Dear Sir or Madam,")
        gender = contact.dealflow_gender or get_gender(patronymic)
        form = NAME_FORMS.get(language, 'surname')
        if form == 'none':
            match gender:
                case 'male':
                    return env._("Dear Sir,")
                case 'female':
                    return env._("Dear Madam,")
            return env._("Dear Sir or Madam,")
        full_name = f'{first_name} {surname}'.strip()
        if form == 'patronymic':
            name = f'{first_name} {patronymic}' if patronymic else full_name
            unknown_name = name
        else:
            name = surname or full_name
            unknown_name = full_name
        match gender:
            case 'male':
                return env._("Dear Mr %(name)s,", name=name)
            case 'female':
                return env._("Dear Ms %(name)s,", name=name)
        if language in DECLINED:
            return env._("Good day,")
        return env._("Dear %(name)s,", name=unknown_name)

    def _dealflow_get_name_to_split(self):
        """Return the name of the person, with a comma behind the surname if it is known, and the patronymic."""
        patronymic = self.patronymic or ''
        if self.dealflow_surname and self.dealflow_first_name:
            return f'{self.dealflow_surname}, {self.dealflow_first_name}', patronymic
        return self.name or '', patronymic
