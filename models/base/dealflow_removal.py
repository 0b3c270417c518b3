import csv
import io
import re
import zipfile

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...tools.removal import Part, get_cell

PORTION = 1000
# What Odoo keeps about records and deletes with their model: the model, the path to the name of the record's model, and
# the columns; None means all stored ones.
COMPANIONS = [
    ('mail.message', 'model', None),
    ('mail.tracking.value', 'mail_message_id.model', None),
    ('mail.activity', 'res_model', None),
    ('mail.followers', 'res_model', None),
    ('mail.template', 'model', None),
    ('base.automation', 'model_id.model', None),
    ('ir.filters', 'model_id', None),
]
ATTACHMENT_COLUMNS = ['name', 'res_model', 'res_id', 'res_name', 'res_field', 'mimetype', 'url', 'file_size']
# Characters that a file name in an archive should not have.
UNFIT = re.compile(r'[^\w.-]+')
ABOUT = """\
Everything that goes when Dealflow is uninstalled.

records/    a table for each model of Dealflow
fields/     what Dealflow keeps on the records of others: a table for each model, with the records that have anything
beside/     messages, activities, followers, filters and the like of the records of Dealflow
files/      the files of these records, by the number of their row in beside/ir.attachment.csv
columns.csv says what each column of each table holds

Tables are in UTF-8. The heading is that of Odoo's import: «.id» is the number of a record in this database, «id» its
external id where it has one, «stage_id» a name and «stage_id/.id» the number of the same record. Moments are in UTC,
choices in the words of whoever exports.
"""


class DealflowRemoval(models.AbstractModel):
    """What is deleted when Dealflow is uninstalled: counted for the user who asks, and exported beforehand.

    Everything is found in the registry, so a new model or field needs no entry here. Addons that depend on Dealflow are
    uninstalled with it, so their data are included.
    """

    _name = 'dealflow.removal'
    _description = "What Is Deleted with Dealflow"

    @api.model
    def _check_right(self):
        """Refuse users who may not uninstall modules."""
        if not (self.env.is_system() and self.env.is_admin()):
            raise AccessError(
                self.env._(
                    "Only users who may uninstall Dealflow can export all that is deleted with it: those with the "
                    "role “Administrator”."
                )
            )

    # What is deleted

    @api.model
    def _get_modules(self):
        """Return the names of the modules that are uninstalled: Dealflow, and those that depend on it.

        :rtype: set[str]
        """
        module = self.env['ir.module.module'].sudo().search([('name', '=', 'dealflow')])
        return {'dealflow', *module.downstream_dependencies().mapped('name')}

    @api.model
    def _get_parts(self):
        """Return the parts of what is deleted, in the order in which they are shown.

        :rtype: list[Part]
        """
        modules = self._get_modules()
        tables = [
            self.env[name]
            for name, model in sorted(self.env.registry.items())
            if not model._abstract and not model._transient and self.env[name]._is_an_ordinary_table()
        ]
        own = [model for model in tables if model._original_module in modules]
        others = [model for model in tables if model not in own]
        names = [model._name for model in own]
        parts = [Part('records', model._name, self._get_stored_names(model), Domain.TRUE) for model in own]
        files = Domain('res_model', 'in', names)
        for model in others:
            gone = [name for name in self._get_stored_names(model) if self._is_gone(model._fields[name], modules)]
            if gone:
                domain = Domain.OR(self._get_filled_domain(model._fields[name]) for name in gone)
                parts.append(Part('fields', model._name, gone, domain))
                files |= Domain('res_model', '=', model._name) & Domain('res_field', 'in', gone)
        for model_name, path, columns in COMPANIONS:
            stored = columns or self._get_stored_names(self.env[model_name])
            parts.append(Part('beside', model_name, stored, Domain(path, 'in', names)))
        # Odoo leaves out the attachments of fields unless the domain contains ``res_field``.
        files &= Domain('res_field', '=', False) | Domain('res_field', '!=', False)
        parts.append(Part('beside', 'ir.attachment', ATTACHMENT_COLUMNS, files))
        return parts

    @api.model
    def _is_gone(self, field, modules):
        """Return whether a field of another model goes: those that were made on cards of Dealflow do, too."""
        if field.manual:
            return field.name.startswith('x_dealflow_')
        return set(field._modules) <= modules

    @api.model
    def _get_stored_names(self, model):
        """Return the names of the fields of a model that have a column or a many2many table."""
        return [
            name
            for name, field in sorted(model._fields.items())
            if field.store and name != 'id' and (field.column_type or field.type == 'many2many')
        ]

    @api.model
    def _get_filled_domain(self, field):
        """Return the domain of the records that have a value in a field."""
        return Domain(field.name, '!=', 0 if field.type in ('integer', 'float', 'monetary') else False)

    # Summary

    @api.model
    def _get_losses(self):
        """Return the labels and counts of what is deleted; empty parts are left out.

        :rtype: list[dict]
        """
        self._check_right()
        # sudo - all models: a user who uninstalls the module has to know everything that is deleted.
        self_sudo = self.sudo().with_context(active_test=False)
        losses = []
        for part in self_sudo._get_parts():
            model = self_sudo.env[part.model]
            count = model.search_count(part.domain)
            if count:
                losses.append(
                    {
                        'folder': part.folder,
                        'model': part.model,
                        'name': self_sudo.env['ir.model']._get(part.model).name,
                        'count': count,
                        'fields': self_sudo._count_fields(model, part.names) if part.folder == 'fields' else [],
                    }
                )
        return losses

    @api.model
    def _count_fields(self, model, names):
        """Return the labels of fields of a model with the number of records that have a value in them.

        :rtype: list[tuple[str, int]]
        """
        fields = [model._fields[name] for name in names]
        counts = [
            (field._description_string(self.env), model.search_count(self._get_filled_domain(field)))
            for field in fields
        ]
        return [(label, count) for label, count in counts if count]

    # Export

    @api.model
    def _write_archive(self, file):
        """Write everything that is deleted to a ZIP file, in batches, so that memory does not grow with the database.

        :param file: a binary file that is open for writing
        """
        self._check_right()
        # sudo - all models: a user who uninstalls the module may keep a copy of everything that is deleted.
        self_sudo = self.sudo().with_context(active_test=False, tz='UTC', bin_size=False)
        with zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED) as archive:
            archive.writestr('README.txt', ABOUT)
            parts = self_sudo._get_parts()
            for part in parts:
                self_sudo._write_table(archive, part.path, self_sudo._get_table(part))
            self_sudo._write_table(archive, 'columns.csv', self_sudo._get_columns(parts))
            self_sudo._write_files(archive, parts[-1])

    @api.model
    def _write_table(self, archive, path, rows):
        with archive.open(path, 'w', force_zip64=True) as member, io.TextIOWrapper(member, 'utf-8', newline='') as text:
            writer = csv.writer(text, quoting=csv.QUOTE_ALL)
            writer.writerows([get_cell(value) for value in row] for row in rows)

    @api.model
    def _get_batches(self, part):
        """Yield the records of a part in batches; the cache is cleared between them."""
        model, last = self.env[part.model], 0
        while records := model.search(part.domain & Domain('id', '>', last), order='id', limit=PORTION):
            yield records
            last = records[-1].id
            self.env.invalidate_all()

    @api.model
    def _get_table(self, part):
        """Yield the rows of a table, beginning with its header."""
        fields = self.env[part.model]._fields
        simple = [name for name in part.names if fields[name].type != 'many2many']
        many = [name for name in part.names if fields[name].type == 'many2many']
        paths = ['.id', 'display_name']
        for name in simple:
            paths += [name, f'{name}/.id'] if fields[name].type == 'many2one' else [name]
        yield ['.id', 'id', *paths[1:], *(path for name in many for path in (name, f'{name}/.id'))]
        for records in self._get_batches(part):
            external_ids = records.get_external_id()
            for record, row in zip(records, records.export_data(paths)['datas'], strict=True):
                numbers = [
                    value
                    for name in many
                    for value in (
                        ','.join(record[name].mapped('display_name')),
                        ','.join(map(str, record[name].ids)),
                    )
                ]
                yield [row[0], external_ids[record.id], *row[1:], *numbers]

    @api.model
    def _get_columns(self, parts):
        """Yield a description of each column of each table, beginning with a header."""
        yield ['table', 'column', 'model', 'label', 'type', 'of records of']
        for part in parts:
            document = self.env['ir.model']._get(part.model).name
            for name in part.names:
                field = self.env[part.model]._fields[name]
                yield [part.path, name, document, field._description_string(self.env), field.type, field.comodel_name]

    @api.model
    def _write_files(self, archive, part):
        """Copy files of the filestore without reading them into memory; those in the database are small."""
        for attachments in self._get_batches(part):
            for attachment in attachments:
                name = UNFIT.sub('_', attachment.name or '')[-100:]
                path = f'files/{attachment.id}-{name}'
                if attachment.store_fname:
                    try:
                        archive.write(attachment._full_path(attachment.store_fname), path)
                    except FileNotFoundError:
                        archive.writestr(f'{path}.missing', '')
                elif attachment.db_datas:
                    archive.writestr(path, attachment.raw)
