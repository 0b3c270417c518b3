from collections import defaultdict
from itertools import combinations

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.firm_matching import compare_records
from ...tools.public_methods import public_method


class DealflowPartnerMatch(models.Model):
    """Two contacts that are probably duplicates or of one group; why, and what a user decided (B01, C100)."""

    _name = 'dealflow.partner.match'
    _description = "Probable Group or Duplicate"
    _inherit = ['dealflow.derived.mixin', 'dealflow.merge.mixin', 'dealflow.batch.mixin']
    _order = 'score desc, id'
    _dealflow_code_only_fields = ('verdict', 'decided_by_id', 'decided_on', 'merged_name')
    _merge_key = ('left_id', 'right_id')

    kind = fields.Selection([('duplicate', "Duplicate"), ('group', "Group")], required=True, readonly=True)
    left_id = fields.Many2one(
        'res.partner', string="First", required=True, readonly=True, index=True, ondelete='cascade'
    )
    right_id = fields.Many2one('res.partner', string="Second", readonly=True, index=True, ondelete='cascade')
    merged_name = fields.Char(
        string="Merged Contact", readonly=True, help="The contact that went into the first one and is no more."
    )
    score = fields.Integer(readonly=True, help="How probable it is, out of 100.")
    reasons = fields.Char(readonly=True)
    verdict = fields.Selection(
        [('open', "To decide"), ('merged', "Merged"), ('same_group', "Same group"), ('different', "Different")],
        default='open',
        required=True,
        readonly=True,
        index=True,
    )
    decided_by_id = fields.Many2one('res.users', readonly=True)
    decided_on = fields.Datetime(readonly=True)

    _pair_uniq = models.UniqueIndex('(left_id, right_id)', "The two contacts have been compared already.")

    @api.depends('left_id', 'right_id', 'merged_name')
    def _compute_display_name(self):
        for match in self:
            second = match.merged_name or match.right_id.display_name
            match.display_name = f"{match.left_id.display_name} ≈ {second}"

    @public_method(one=True)
    def action_merge(self):
        """Open Odoo's own merge for the two contacts; the pair counts as merged once that is done.

        :raise AccessError: the user may not merge contacts
        :raise UserError: the pair has been merged already
        """
        self.ensure_one()
        self.check_access('write')
        if not self.env['base.partner.merge.automatic.wizard'].has_access('create'):
            raise AccessError(
                self.env._(
                    "%(left)s and %(right)s are merged by people with the right “%(right_name)s” or with Odoo's right "
                    "to create contacts. Ask one of them, or decide that they are of one group or different.",
                    left=self.left_id.display_name,
                    right=self.right_id.display_name,
                    # sudo - res.groups: the name explains the refusal.
                    right_name=self.env.ref('dealflow.group_manager').sudo().display_name,
                )
            )
        if not self.right_id:
            raise UserError(self.env._("%(pair)s: the two contacts have been merged already.", pair=self.display_name))
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Merge"),
            'res_model': 'base.partner.merge.automatic.wizard',
            'view_mode': 'form',
            'target': 'new',
            'context': {'active_model': 'res.partner', 'active_ids': (self.left_id | self.right_id).ids},
        }

    @public_method()
    def action_link_to_group(self):
        """Link the second contact to the first, or to the group that one of them belongs to already."""
        matches = self._filter_undecided('same_group')
        undecided = matches.filtered('right_id')
        for match in undecided:
            match._link_to_group()
        undecided._set_verdict('same_group')
        return self._notify_skipped(len(self) - len(matches))

    @public_method()
    def action_mark_different(self):
        matches = self._filter_undecided('different')
        # Merged pairs are a single contact now.
        matches.filtered('right_id')._set_verdict('different')
        return self._notify_skipped(len(self) - len(matches))

    def _filter_undecided(self, verdict):
        return self._filter_not_done(
            lambda match: match.verdict == verdict,
            lambda match: self.env._(
                "“%(pair)s” was decided already: %(verdict)s.",
                pair=match.display_name,
                verdict=self._dealflow_get_value_labels('verdict')[verdict],
            ),
        )

    def _set_verdict(self, verdict):
        self._dealflow_set_derived(
            {'verdict': verdict, 'decided_by_id': self.env.uid, 'decided_on': fields.Datetime.now()}
        )

    @api.model
    def _merge_parties(self, sources, target):
        """Record the merge of proposed pairs, and keep verdicts about other contacts for the remaining one."""
        parties = sources | target
        # sudo - dealflow.partner.match: verdicts of other users about the contacts are kept.
        matches_sudo = self.sudo().search(
            ['|', ('left_id', 'in', parties.ids), ('right_id', 'in', parties.ids)], order='id'
        )
        merged = matches_sudo.filtered(lambda match: match.left_id in parties and match.right_id in parties)
        for match in merged:
            names = ((match.left_id | match.right_id) - target).mapped('display_name')
            match.write({'left_id': target.id, 'right_id': False})
            match._dealflow_set_derived({'merged_name': ", ".join(names)})
        merged._set_verdict('merged')

        def get_pair(match):
            pair = (target if party in parties else party for party in (match.left_id, match.right_id))
            return tuple(sorted(pair, key=lambda party: party.id))

        undone = matches_sudo.filtered('right_id')
        for (left, right), alike in undone.grouped(get_pair).items():
            decided = alike.filtered(lambda match: match.verdict != 'open').sorted('decided_on', reverse=True)
            kept = decided[:1] or alike.sorted('score', reverse=True)[:1]
            (alike - kept).unlink()
            self.env.flush_all()
            kept.write({'left_id': left.id, 'right_id': right.id})
        self.env.flush_all()

    def _link_to_group(self):
        self.ensure_one()
        left, right = self.left_id, self.right_id
        groups = (left.partner_link_ids | right.partner_link_ids).filtered('is_current').partner_id
        if len(groups) > 1:
            raise UserError(
                self.env._(
                    "%(left)s and %(right)s belong to different groups already: %(groups)s. Join the groups first.",
                    left=left.display_name,
                    right=right.display_name,
                    groups=", ".join(groups.mapped('display_name')),
                )
            )
        if groups:
            group, joining = groups, (left | right) - groups
        elif left.counterparty_role != 'entity':
            group, joining = left, right
        elif right.counterparty_role != 'entity':
            group, joining = right, left
        else:
            name = " ".join(word for word in left.name.split() if word in right.name.split()) or left.name
            group = self.env['res.partner'].create(
                {'name': name, 'is_company': True, 'counterparty_role': 'partner', 'user_id': left.user_id.id}
            )
            joining = left | right
        linked = group.entity_link_ids.filtered('is_current').entity_id
        self.env['dealflow.entity.link'].create(
            [{'partner_id': group.id, 'entity_id': entity.id} for entity in joining - linked - group]
        )

    @api.model
    @api.private
    def action_find_matches(self):
        """Find new pairs among all companies; pairs with a verdict are not proposed again."""
        self._find_matches()
        return self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_partner_match_action')

    @api.model
    def _find_matches(self, domain=None):
        """Compare companies and store the probable pairs.

        Only companies that share something rare are compared (a number, a domain, a phone, an uncommon word of the
        name), so the time grows with the number of companies and not with its square.

        :param domain: the companies to compare; all of them by default
        :return: the new matches
        """
        partners = self.env['res.partner'].search(
            domain or [('partner_share', '=', True), ('is_company', '=', True)], order='id'
        )
        linked = self._get_linked_pairs(partners)
        known = {
            (match.left_id.id, match.right_id.id)
            for match in self.with_context(active_test=False).search_fetch(
                [('left_id', 'in', partners.ids)], ['left_id', 'right_id']
            )
        }
        records = self._get_comparable_records(partners)
        return self.create(
            [
                {
                    'left_id': left,
                    'right_id': right,
                    'kind': kind,
                    'score': score,
                    'reasons': self._get_reason_labels(reasons),
                }
                for (left, right), (kind, score, reasons) in compare_records(records).items()
                if (left, right) not in known and (kind == 'duplicate' or (left, right) not in linked)
            ]
        )

    @api.model
    def _get_linked_pairs(self, partners):
        """Return the pairs of contacts that are in one group already."""
        groups = defaultdict(set)
        for link in self.env['dealflow.entity.link'].search([('entity_id', 'in', partners.ids)]):
            groups[link.partner_id.id] |= {link.partner_id.id, link.entity_id.id}
        return {pair for members in groups.values() for pair in combinations(sorted(members), 2)}

    @api.model
    def _get_comparable_records(self, partners):
        """Return the values to compare as plain dictionaries."""
        # sudo - res.partner.bank: it is shown that contacts share an account, but not its number.
        accounts = defaultdict(list)
        for account in self.env['res.partner.bank'].sudo().search([('partner_id', 'in', partners.ids)]):
            accounts[account.partner_id.id].append(account._dealflow_get_number())
        phones = defaultdict(list)
        for phone in self.env['dealflow.partner.phone'].search_fetch(
            [('partner_id', 'in', partners.ids)], ['partner_id', 'digits']
        ):
            phones[phone.partner_id.id].append(phone.digits)
        partners.fetch(['name', 'vat', 'lei', 'country_id', 'email', 'website', 'phone'])
        return [
            {
                'id': partner.id,
                'name': partner.name,
                'vat': partner.vat,
                'registry': partner._dealflow_get_registry_number(),
                'lei': partner.lei,
                'country': partner.country_id.code,
                'email': partner.email,
                'website': partner.website,
                'phones': [partner.phone, *phones[partner.id]],
                'accounts': accounts[partner.id],
            }
            for partner in partners
        ]

    @api.model
    def _get_reason_labels(self, reasons):
        """Return the reasons of a pair in words."""
        words = {
            'vat': self.env._("the same tax number"),
            'registry': self.env._("the same registry number"),
            'account': self.env._("the same bank account"),
            'domain': self.env._("the same internet domain"),
            'phone': self.env._("the same phone"),
            'name': self.env._("nearly the same name"),
            'part': self.env._("a rare part of the name in common"),
        }
        return ", ".join(words[reason] for reason in reasons)
