from markupsafe import Markup

from odoo import api, fields, models

MODES = ('read', 'write', 'create', 'unlink')
# Models of the screens in the order of the menu; other models shown on a screen have the same rights, or less.
SCREENS = (
    'res.partner',
    'res.partner.bank',
    'dealflow.entity.link',
    'dealflow.contract',
    'crm.lead',
    'calendar.event',
    'dealflow.meeting.sheet',
    'dealflow.deal',
    'sale.order',
    'dealflow.receipt',
    'account.move',
    'dealflow.marketing.event',
    'dealflow.marketing.participant',
    'dealflow.marketing.cost',
    'mailing.mailing',
    'dealflow.competitor',
    'dealflow.claim',
    'dealflow.target',
    'dealflow.funnel',
    'dealflow.event.type',
)


class ResGroups(models.Model):
    """Profiles: named sets of rights, of which a user may have several (P59-P61).

    A profile is an Odoo group that implies others, so everything that checks a group works with it.
    """

    _inherit = 'res.groups'

    is_dealflow_profile = fields.Boolean(
        string="Profile", help="A named set of rights that is given to people.", groups='base.group_erp_manager'
    )
    dealflow_contents = fields.Html(
        string="What it contains",
        compute='_compute_dealflow_contents',
        sanitize=False,
        groups='base.group_erp_manager',
    )

    @api.depends('implied_ids', 'comment')
    def _compute_dealflow_contents(self):
        for group in self:
            group.dealflow_contents = (group._origin | group.implied_ids._origin)._dealflow_describe_rights()

    def _dealflow_describe_rights(self):
        """Describe the rights that the groups give: in words, and as a table of what they allow on each screen.

        :rtype: Markup
        """
        # sudo - ir.model.access, ir.model: they are only shown as text.
        groups = self.sudo().all_implied_ids
        ours = groups.privilege_id.filtered(
            lambda privilege: privilege.category_id == self.env.ref('dealflow.module_category_dealflow')
        ).sorted('sequence')
        words = Markup()
        for privilege in ours:
            # Each right of a privilege implies the lower ones, so only the highest is shown.
            group = (privilege.group_ids & groups).sorted(lambda group: len(group.all_implied_ids))[-1:]
            words += Markup('<li><b>%s</b>: %s. %s</li>') % (privilege.name, group.name, group.comment or '')
        names = [name for name in SCREENS if name in self.env]
        accesses = (
            self.env['ir.model.access']
            .sudo()
            .search([('model_id.model', 'in', names), '|', ('group_id', '=', False), ('group_id', 'in', groups.ids)])
        )
        by_model = accesses.grouped(lambda access: access.model_id.model)
        rows = Markup()
        for name in names:
            rights = by_model.get(name, accesses.browse())
            ticks = [any(rights.mapped(f'perm_{mode}')) for mode in MODES]
            cells = Markup().join(Markup('<td class="text-center">%s</td>') % ("✓" if tick else "–") for tick in ticks)
            rows += Markup('<tr><th scope="row" class="fw-normal">%s</th>%s</tr>') % (
                self.env['ir.model']._get(name).sudo().name,
                cells,
            )
        heads = (self.env._("sees"), self.env._("changes"), self.env._("creates"), self.env._("deletes"))
        return Markup(
            '<ul>%s</ul><table class="table table-sm w-auto"><thead><tr><th></th>%s</tr></thead>'
            '<tbody>%s</tbody></table>'
        ) % (words, Markup().join(Markup('<th class="text-center">%s</th>') % head for head in heads), rows)
