from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.public_methods import public_method

# Models of other modules, installed or not, whose records may be linked beside all cards.
LINKABLE = (
    'product.template',
    'sale.order',
    'account.move',
    'dealflow.marketing.event',
    'dealflow.marketing.material',
    'ir.attachment',
    'project.project',
    'project.task',
    'knowledge.article',
    'document.page',
    'documents.document',
    'slide.channel',
    'slide.slide',
    'blog.post',
    'event.event',
    'helpdesk.ticket',
    'maintenance.equipment',
    'survey.survey',
)


class DealflowRecordLink(models.Model):
    """A record, file or page that a card is linked with, seen from both sides (X51).

    It is seen by whoever may read one of the two records, and names only what the user may read. The records are not
    told of each other in any other way, so a record that is deleted stays here as a trace without a name.
    """

    _name = 'dealflow.record.link'
    _description = "Linked Record"
    _inherit = ['dealflow.derived.mixin', 'dealflow.label.mixin', 'dealflow.merge.mixin']
    _order = 'id desc'

    kind_id = fields.Many2one('dealflow.link.kind', index='btree_not_null', ondelete='restrict')
    source_model = fields.Char(required=True, export_string_translation=False)
    source_id = fields.Many2oneReference(model_field='source_model', required=True, export_string_translation=False)
    target_model = fields.Char(export_string_translation=False)
    target_id = fields.Many2oneReference(model_field='target_model', export_string_translation=False)
    target = fields.Reference(
        selection='_get_linkable_models',
        string="Record",
        compute='_compute_target',
        inverse='_inverse_target',
        help="Any record that you may open.",
    )
    url = fields.Char(
        string="Page or Video", help="Address of a page, a video or an article, e.g. https://example.com."
    )
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    note = fields.Char()
    other_name = fields.Char(string="Linked With", compute='_compute_other')
    other_kind = fields.Char(string="What It Is", compute='_compute_other')
    kind_name = fields.Char(string="How", compute='_compute_other')
    can_open = fields.Boolean(compute='_compute_other', export_string_translation=False)
    is_readable = fields.Boolean(
        compute='_compute_access', search='_search_is_readable', export_string_translation=False
    )
    is_writable = fields.Boolean(
        compute='_compute_access', search='_search_is_writable', export_string_translation=False
    )

    _source_idx = models.Index('(source_model, source_id)')
    _target_idx = models.Index('(target_model, target_id)')
    _link_uniq = models.UniqueIndex(
        '(source_model, source_id, target_model, target_id, COALESCE(kind_id, 0)) WHERE target_id IS NOT NULL',
        "The two records are linked in this way already.",
    )

    @api.model
    def _get_linkable_models(self):
        """Return the models whose records can be chosen by the user, with their names."""
        names = [*self._get_card_models(), *LINKABLE]
        return [
            (name, self.env['ir.model']._get(name).name)
            for name in names
            if name in self.env and self.env[name].has_access('read')
        ]

    @api.model
    def _get_card_models(self):
        """Return the names of the models that have linked records."""
        names = self.env.registry.descendants(['dealflow.link.card.mixin'], '_inherit')
        return sorted(name for name in names if not self.env[name]._abstract)

    # Both sides

    @api.model
    def _get_domain_of_cards(self, model, ids):
        return (Domain('source_model', '=', model) & Domain('source_id', 'in', ids)) | (
            Domain('target_model', '=', model) & Domain('target_id', 'in', ids)
        )

    @api.model
    def _count_of_cards(self, model, ids):
        """Return the number of links of each card by its id, from both sides."""
        counts = {}
        for side in ('source', 'target'):
            domain = Domain(f'{side}_model', '=', model) & Domain(f'{side}_id', 'in', ids)
            for card_id, count in self._read_group(domain, [f'{side}_id'], ['__count']) if ids else ():
                counts[card_id] = counts.get(card_id, 0) + count
        return counts

    def _get_record(self, side):
        """Return the record of a side as the user sees it; None if it is gone, with its module or alone."""
        self.ensure_one()
        model, record_id = self[f'{side}_model'], self[f'{side}_id']
        if not record_id or model not in self.env:
            return None
        return self.env[model].sudo(False).with_context(active_test=False).browse(record_id).exists() or None

    def _get_other_side(self):
        """Return the side that is not the card from which the links are looked at."""
        self.ensure_one()
        card = self.env.context.get('dealflow_link_card')
        return 'source' if card and card == f'{self.target_model},{self.target_id}' else 'target'

    @api.depends('target_model', 'target_id')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_target(self):
        """Show only what the user may read."""
        for link in self:
            record = link._get_record('target')
            link.target = f'{record._name},{record.id}' if record and record.has_access('read') else False

    def _inverse_target(self):
        for link in self:
            target = link.target
            link.write({'target_model': target._name if target else False, 'target_id': target.id if target else False})

    @api.depends('kind_id', 'source_model', 'source_id', 'target_model', 'target_id', 'url', 'file_name', 'note')
    @api.depends_context('uid', 'allowed_company_ids', 'dealflow_link_card', 'lang')
    def _compute_other(self):
        for link in self:
            side = link._get_other_side()
            is_reverse = side == 'source'
            kind = link.kind_id
            link.kind_name = (is_reverse and kind.reverse_name) or kind.name or ''
            link.other_name, link.other_kind, link.can_open = link._describe(side)

    def _describe(self, side):
        """Return the name of a side, the name of what it is, and whether the user can open it."""
        self.ensure_one()
        if side == 'target' and not self.target_model:
            if self.url:
                return self.note or urlsplit(self.url).netloc or self.url, self.env._("Page"), True
            return self.file_name or self.env._("File"), self.env._("File"), True
        model, record_id = self[f'{side}_model'], self[f'{side}_id']
        kind = self.env['ir.model'].sudo()._get(model).name or model
        record = self._get_record(side)
        if record is None:
            return self.env._("Deleted (number %(number)s)", number=record_id), kind, False
        if not record.has_access('read'):
            return self.env._("You may not see this one"), kind, False
        return record.display_name, kind, True

    @api.depends('kind_id', 'other_name')
    def _compute_display_name(self):
        for link in self:
            link.display_name = link.other_name

    # Rights

    @api.depends('source_model', 'source_id', 'target_model', 'target_id')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_access(self):
        for link in self:
            records = [record for side in ('source', 'target') if (record := link.sudo()._get_record(side)) is not None]
            link.is_readable = any(record.has_access('read') for record in records)
            link.is_writable = any(record.has_access('read') and record.has_access('write') for record in records)

    def _search_is_readable(self, operator, value):
        return self._get_access_domain('read') if operator == 'in' else NotImplemented

    def _search_is_writable(self, operator, value):
        return self._get_access_domain('write') if operator == 'in' else NotImplemented

    @api.model
    def _get_access_domain(self, operation):
        """Return the domain of the links that have a side on which the user may do something."""
        domain = Domain.FALSE
        for model in {*self._get_card_models(), *(name for name in LINKABLE if name in self.env)}:
            records = self.env[model].sudo(False).with_context(active_test=False)
            if not records.has_access('read') or not records.has_access(operation):
                continue
            query = records._search(Domain.TRUE)
            if operation != 'read':
                rules = self.env['ir.rule'].sudo(False)._compute_domain(model, operation)
                query = records._search(Domain('id', 'in', records.sudo()._search(rules)))
            for side in ('source', 'target'):
                in_query = Domain.custom(
                    to_sql=lambda links, alias, _query, side=side, found=query: SQL(
                        "%s IN %s", SQL.identifier(alias, f'{side}_id'), found.subselect()
                    ),
                    predicate=lambda link, side=side, operation=operation: (
                        (record := link.sudo()._get_record(side)) is not None and record.has_access(operation)
                    ),
                )
                domain |= Domain(f'{side}_model', '=', model) & in_query
        return domain

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        links._check_sides()
        return links

    def write(self, vals):
        result = super().write(vals)
        if not {'source_model', 'source_id', 'target_model', 'target_id', 'target', 'url', 'file'}.isdisjoint(vals):
            self._check_sides()
        return result

    def _check_sides(self):
        """Refuse a link from a card that the user may not change, and to what the user may not read."""
        cards = self._get_card_models()
        linkable = {*cards, *LINKABLE}
        for link in self:
            # A value on either side, also one that was put there by a default or another program.
            if link.source_model not in cards or (link.target_model and link.target_model not in linkable):
                raise ValidationError(
                    self.env._(
                        "Records of the kind “%(model)s” cannot be linked.",
                        model=link.target_model or link.source_model,
                    )
                )
            filled = [
                bool(link.target_model and link.target_id),
                bool(link.url),
                bool(link.with_context(bin_size=True).file),
            ]
            if sum(filled) != 1:
                raise ValidationError(
                    self.env._("A link leads to one thing: choose a record, or enter an address, or add a file.")
                )
            if link.url and urlsplit(link.url).scheme not in ('http', 'https'):
                raise ValidationError(
                    self.env._("“%(url)s” is not an address of a page: it begins with https://.", url=link.url)
                )
            if (link.source_model, link.source_id) == (link.target_model, link.target_id):
                raise ValidationError(self.env._("A record cannot be linked with itself."))
            sides = (('source', 'write'), ('target', 'read'))
            for side, operation in sides if not self.env.su else ():
                if side == 'target' and not link.target_model:
                    continue
                record = link._get_record(side)
                if record is None or not record.has_access('read') or not record.has_access(operation):
                    raise AccessError(
                        self.env._(
                            "You may not link this record: %(model)s, number %(number)s. A link begins at a card that "
                            "you may change, and leads to what you may open.",
                            model=self.env['ir.model'].sudo()._get(link[f'{side}_model']).name,
                            number=link[f'{side}_id'],
                        )
                    )

    # What is done with it

    @public_method(one=True)
    def action_open_other(self):
        """Open the record on the other side, or the page, or the file.

        :raise AccessError: the user may not read it, or it is gone
        """
        side = self._get_other_side()
        if side == 'target' and not self.target_model:
            url = self.url or f'/web/content/{self._name}/{self.id}/file/{self.file_name or ""}?download=true'
            return {'type': 'ir.actions.act_url', 'url': url, 'target': 'new'}
        record = self._get_record(side)
        if record is None or not record.has_access('read'):
            raise AccessError(self.env._("The linked record is gone, or you may not see it."))
        return {
            'type': 'ir.actions.act_window',
            'res_model': record._name,
            'res_id': record.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    # Merged records

    @api.model
    def _merge_parties(self, sources, target):
        self._move_links(sources, target)

    @api.model
    def _move_links(self, sources, target):
        """Lead the links of merged records to the one that is kept; what would be there twice goes."""
        # sudo - dealflow.record.link: whoever may merge the records merges all that hangs on them.
        links_sudo = self.sudo()
        for link in links_sudo.search(links_sudo._get_domain_of_cards(target._name, sources.ids), order='id'):
            sides = {
                side: target.id
                if link[f'{side}_model'] == target._name and link[f'{side}_id'] in sources.ids
                else link[f'{side}_id']
                for side in ('source', 'target')
            }
            twin = link.target_id and links_sudo.search_count(
                [
                    ('id', '!=', link.id),
                    ('source_model', '=', link.source_model),
                    ('source_id', '=', sides['source']),
                    ('target_model', '=', link.target_model),
                    ('target_id', '=', sides['target']),
                    ('kind_id', '=', link.kind_id.id),
                ],
                limit=1,
            )
            is_itself = (link.source_model, sides['source']) == (link.target_model, sides['target'])
            if twin or is_itself:
                link.unlink()
            else:
                link.write({'source_id': sides['source'], 'target_id': sides['target']})
        links_sudo.flush_model()
