from odoo import api, fields, models

from ....tools.person_names import clean, join_name, split_full_name

# Of these the name of a person is made.
NAME_PARTS = ('dealflow_surname', 'dealflow_first_name', 'patronymic')
# With OCA's partner_firstname, which need not be installed, its fields are the ones that are used.
NAME_PARTS_OF_OCA = {'dealflow_surname': 'lastname', 'dealflow_first_name': 'firstname'}


class ResPartner(models.Model):
    """The name of a person in parts: surname, first name and patronymic (B42).

    Typing the parts makes the name; a name that is written, by whatever way, is taken apart. Names are never changed
    but by their parts, so nothing that was written is lost. Firms and addresses have no parts.
    """

    _inherit = 'res.partner'

    dealflow_surname = fields.Char(
        string="Surname",
        compute='_compute_dealflow_name_parts',
        store=True,
        readonly=False,
        precompute=True,
        prefetch='dealflow',
        groups='base.group_user',
    )
    dealflow_first_name = fields.Char(
        string="First Name",
        compute='_compute_dealflow_name_parts',
        store=True,
        readonly=False,
        precompute=True,
        prefetch='dealflow',
        groups='base.group_user',
    )
    patronymic = fields.Char(
        compute='_compute_dealflow_name_parts',
        store=True,
        readonly=False,
        precompute=True,
        prefetch='dealflow',
        groups='base.group_user',
    )
    dealflow_full_name = fields.Char(
        string="Full Name",
        compute='_compute_dealflow_full_name',
        groups='base.group_user',
        help="With the patronymic, in the order of the person's language, as used in documents and letters.",
    )

    def _post_model_setup__(self):
        """Make the parts after the record where the name is made so: OCA's name is computed of its own parts."""
        super()._post_model_setup__()
        if self._dealflow_has_name_parts_of_oca():
            for name in NAME_PARTS:
                self._fields[name].precompute = False

    @api.depends(lambda self: self._dealflow_get_name_sources())
    def _compute_dealflow_name_parts(self):
        """Take the name of a person apart by the order of the language; keep the parts of whatever has no such name."""
        has_others = self._dealflow_has_name_parts_of_oca()
        for partner in self:
            parts = tuple(partner[name] or '' for name in NAME_PARTS)
            if partner._dealflow_has_person_name():
                if has_others:
                    parts = (partner.lastname, partner.firstname, partner.patronymic)
                else:
                    parts = split_full_name(partner.name, partner._dealflow_get_name_language(), parts)
            partner.dealflow_surname, partner.dealflow_first_name, partner.patronymic = (
                part or False for part in parts
            )

    def _dealflow_get_name_sources(self):
        return ['name', 'is_company', 'type', *(name for name in NAME_PARTS_OF_OCA.values() if name in self._fields)]

    @api.model
    def _dealflow_has_name_parts_of_oca(self):
        return set(NAME_PARTS_OF_OCA.values()) <= self._fields.keys()

    def _dealflow_has_person_name(self):
        """Return whether the name is that of a person: a delivery address, for one, may be named after a place."""
        self.ensure_one()
        return self._dealflow_is_person() and (self.type or 'contact') == 'contact'

    def _dealflow_get_name_language(self):
        self.ensure_one()
        return self.lang or self.env.lang or ''

    @api.onchange(*NAME_PARTS)
    def _onchange_dealflow_name_parts(self):
        """Show the name as it is typed in parts."""
        name = self._dealflow_has_person_name() and self._dealflow_make_name()
        if name and not self._dealflow_has_name_parts_of_oca():
            self.name = name

    def _dealflow_make_name(self):
        """Return the name made of the parts, in the order of the language; empty without surname and first name."""
        self.ensure_one()
        if not (self.dealflow_surname or self.dealflow_first_name):
            return ''
        return join_name(
            self.dealflow_surname, self.dealflow_first_name, self.patronymic, self._dealflow_get_name_language()
        )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._dealflow_add_name(vals) for vals in vals_list])

    @api.model
    def _dealflow_add_name(self, vals):
        """Return the values with the name that the parts make, where they have no name.

        Where they have one and all parts are empty, as in a row of a file, the name is taken apart.
        """
        if vals.keys().isdisjoint(NAME_PARTS):
            return vals
        if vals.get('name') and not any(vals.get(name) for name in NAME_PARTS):
            return {name: value for name, value in vals.items() if name not in NAME_PARTS}
        if self._dealflow_has_name_parts_of_oca():
            return self._dealflow_hand_over_name_parts(vals)
        if vals.get('name') or not (vals.get('dealflow_surname') or vals.get('dealflow_first_name')):
            return vals
        name = join_name(*map(vals.get, NAME_PARTS), vals.get('lang') or self.env.lang)
        return {**vals, 'name': name}

    @api.model
    def _dealflow_hand_over_name_parts(self, vals):
        """Return the values with OCA's fields in the place of ours."""
        return {
            **{name: value for name, value in vals.items() if name not in NAME_PARTS_OF_OCA},
            **{other: vals[own] for own, other in NAME_PARTS_OF_OCA.items() if own in vals and other not in vals},
        }

    def write(self, vals):
        """Make the name of the parts that are written without it."""
        if vals.keys().isdisjoint(NAME_PARTS):
            return super().write(vals)
        if self._dealflow_has_name_parts_of_oca():
            return super().write(self._dealflow_hand_over_name_parts(vals))
        result = super().write(vals)
        if 'name' not in vals:
            for partner in self:
                name = partner._dealflow_has_person_name() and partner._dealflow_make_name()
                if name and name != partner.name:
                    partner.name = name
        return result

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        """Hide our parts of the name where OCA's are shown."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if self._dealflow_has_name_parts_of_oca():
            attribute = 'column_invisible' if view_type == 'list' else 'invisible'
            for name in NAME_PARTS_OF_OCA:
                for node in arch.xpath(f"//field[@name='{name}']"):
                    node.set(attribute, '1')
        return arch, view

    @api.depends(lambda self: [*NAME_PARTS, *self._dealflow_get_name_sources(), 'lang'])
    @api.depends_context('lang')
    def _compute_dealflow_full_name(self):
        """Leave it empty if the person has not all parts: the name is then shown as it is."""
        # Where OCA's parts are used they count: ours may have been written together with them.
        of_oca = NAME_PARTS_OF_OCA if self._dealflow_has_name_parts_of_oca() else {}
        for partner in self:
            parts = [clean(partner[of_oca.get(name, name)]) for name in NAME_PARTS]
            partner.dealflow_full_name = (
                partner._dealflow_is_person()
                and all(parts)
                and join_name(*parts, partner._dealflow_get_name_language())
            )
