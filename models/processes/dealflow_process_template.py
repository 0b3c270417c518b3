from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.process_graph import find_circling, find_dead, find_reachable
from ...tools.public_methods import WHOLE_NUMBER, public_method

# Model of the card, and the field of a process that refers to it, of each object.
OBJECTS = {
    'client': ('res.partner', 'partner_id'),
    'opportunity': ('crm.lead', 'lead_id'),
    'deal': ('dealflow.deal', 'deal_id'),
    'claim': ('dealflow.claim', 'claim_id'),
    'receipt': ('dealflow.receipt', 'receipt_id'),
}


class DealflowProcessTemplate(models.Model):
    """A version of a process: the steps that are taken one after another on a card (E62, X09).

    The steps can be changed only while it is a draft. A new version replaces the previous one when it is put into use;
    what runs by the previous one goes on by it.
    """

    _name = 'dealflow.process.template'
    _description = "Process"
    _inherit = ['dealflow.derived.mixin', 'mail.thread', 'dealflow.company.mixin']
    _order = 'sequence, name, version desc, id'
    _dealflow_code_only_fields = ('state', 'version', 'previous_id', 'origin_id')

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, help="An archived process is not started; what runs goes on.")
    is_recipe = fields.Boolean(string="Ready-Made", copy=False, help="It came with the module, to be put into use.")
    company_id = fields.Many2one('res.company', index='btree_not_null', help="Empty: for the cards of all companies.")
    object = fields.Selection(
        [
            ('client', "Client or contact"),
            ('opportunity', "Opportunity"),
            ('deal', "Deal"),
            ('claim', "Claim"),
            ('receipt', "Receipt"),
        ],
        string="Kind of Card",
        default='deal',
        required=True,
        tracking=True,
    )
    model_name = fields.Char(compute='_compute_model_name', export_string_translation=False)
    stage_id = fields.Many2one(
        'dealflow.stage',
        string="Starts on Entering",
        ondelete='restrict',
        index='btree_not_null',
        tracking=True,
        help="A deal that enters this stage starts the process by itself, unless it is running already.",
    )
    note = fields.Text(string="What It Is For", translate=True)
    state = fields.Selection(
        [('draft', "Draft"), ('used', "In Use"), ('replaced', "Replaced")],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        help="A draft is not started yet. A replaced version has a newer one, and only what began by it goes on.",
    )
    version = fields.Integer(default=1, readonly=True, copy=False, aggregator=None)
    previous_id = fields.Many2one(
        'dealflow.process.template',
        string="Previous Version",
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='restrict',
    )
    origin_id = fields.Many2one(
        'dealflow.process.template',
        string="First Version",
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='restrict',
    )
    step_ids = fields.One2many('dealflow.process.step', 'template_id', copy=True)
    process_ids = fields.One2many('dealflow.process', 'template_id', copy=False)
    process_count = fields.Integer(string="Started", compute='_compute_counts')
    running_count = fields.Integer(string="Running", compute='_compute_counts')

    @api.depends('object')
    def _compute_model_name(self):
        for template in self:
            template.model_name = OBJECTS[template.object][0] if template.object else False

    @api.depends('process_ids.state')
    def _compute_counts(self):
        counts = {template.id: [0, 0] for template in self}
        for template, state, count in self.env['dealflow.process']._read_group(
            [('template_id', 'in', self.ids)], ['template_id', 'state'], ['__count']
        ):
            counts[template.id][0] += count
            if state == 'running':
                counts[template.id][1] += count
        for template in self:
            template.process_count, template.running_count = counts[template.id]

    @api.depends('name', 'version')
    def _compute_display_name(self):
        for template in self:
            template.display_name = (
                self.env._("%(process)s, version %(version)s", process=template.name, version=template.version)
                if template.version > 1
                else template.name
            )

    @api.onchange('object')
    def _onchange_object(self):
        if self.object != 'deal':
            self.stage_id = False

    @api.constrains('object', 'stage_id')
    def _check_stage(self):
        for template in self:
            if template.stage_id and template.object != 'deal':
                raise UserError(
                    self.env._(
                        "“%(process)s” is no process of deals, so no stage starts it. Take the stage out.",
                        process=template.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        for template in templates:
            template._dealflow_set_derived({'origin_id': template.id})
        return templates

    def write(self, vals):
        if vals.keys() & {'object', 'company_id', 'step_ids'}:
            self._check_draft()
        return super().write(vals)

    def copy(self, default=None):
        """Copy the steps with where they lead: to the steps of the copy."""
        copies = super().copy(default)
        for template, made in zip(self, copies, strict=True):
            steps = dict(zip(template.step_ids.sorted(), made.step_ids.sorted(), strict=True))
            for step, other in steps.items():
                other.write(
                    {
                        'next_id': steps.get(step.next_id, step.next_id).id,
                        'late_next_id': steps.get(step.late_next_id, step.late_next_id).id,
                    }
                )
                for way, copied in zip(step.way_ids.sorted(), other.way_ids.sorted(), strict=True):
                    copied.next_id = steps.get(way.next_id, way.next_id)
        return copies

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if not default or 'name' not in default:
            for template, vals in zip(self, vals_list, strict=True):
                vals['name'] = self.env._("%(process)s (copy)", process=template.name)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_first_of_versions(self):
        """A version refers to itself as the first one, which keeps nobody from deleting it."""
        self._dealflow_set_derived({'origin_id': False})

    # Putting into use

    @public_method()
    def action_put_into_use(self):
        """Let the drafts be started; each replaces the version that it was made from.

        :raise UserError: the steps do not lead to an end; all that is wrong is named (row X09)
        """
        self.check_access('write')
        for template in self.filtered(lambda template: template.state == 'draft'):
            if problems := template._get_problems():
                raise UserError(
                    self.env._(
                        "“%(process)s” cannot be put into use:\n%(problems)s",
                        process=template.name,
                        problems="\n".join(f"• {problem}" for problem in problems),
                    )
                )
            others = self.sudo().search(
                [('origin_id', '=', template.origin_id.id), ('state', '=', 'used'), ('id', '!=', template.id)]
            )
            others._dealflow_set_derived({'state': 'replaced'})
            template._dealflow_set_derived({'state': 'used'})
        return True

    @public_method()
    def action_back_to_draft(self):
        """Make the processes drafts again, which nobody has started yet.

        :raise UserError: one was started; a new version is made instead (row X09)
        """
        self.check_access('write')
        for template in self.filtered(lambda template: template.state == 'used'):
            # sudo - dealflow.process: those that the user does not see were started all the same.
            if template.sudo().process_count:
                raise UserError(
                    self.env._(
                        "“%(process)s” was started already. Press “New Version”: what runs goes on by this one.",
                        process=template.display_name,
                    )
                )
            template._dealflow_set_derived({'state': 'draft'})
        return True

    @public_method(one=True)
    def action_new_version(self):
        """Copy the process into a draft of its next version, and return the action that opens it (row X09)."""
        self.check_access('write')
        # sudo - dealflow.process.template: also an archived version has a number.
        versions_sudo = self.sudo().with_context(active_test=False).search([('origin_id', '=', self.origin_id.id)])
        draft = versions_sudo.filtered(lambda template: template.state == 'draft')[:1].sudo(self.env.su)
        if not draft:
            draft = self.copy({'name': self.name, 'stage_id': self.stage_id.id})
            draft._dealflow_set_derived(
                {
                    'version': max(versions_sudo.mapped('version')) + 1,
                    'previous_id': self.id,
                    'origin_id': self.origin_id.id,
                }
            )
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': draft.id,
            'views': [(False, 'form')],
        }

    @public_method(one=True)
    def action_view_processes(self):
        """Return the action that opens what was started by the one version."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_process_action')
        return {**action, 'domain': [('template_id', '=', self.id)], 'context': {}}

    def _check_draft(self):
        """Refuse a change of steps that something may run by, whichever way it comes.

        :raise UserError: one of the processes is no draft
        """
        # sudo - dealflow.process.template: only the state is asked.
        if fixed := self.sudo().filtered(lambda template: template.state != 'draft'):
            raise UserError(
                self.env._(
                    "“%(process)s” is in use, so its steps stay as they are. Press “New Version” and change that.",
                    process=fixed[0].display_name,
                )
            )

    def _get_problems(self):
        """Return what is wrong with the steps, each as a sentence.

        :rtype: list[str]
        """
        self.ensure_one()
        steps = self.step_ids.sorted()
        if not steps:
            return [self.env._("It has no steps yet. Add some, the last one of the kind “End”.")]
        problems = [
            self.env._("“%(step)s”: %(problem)s", step=step.name, problem=problem)
            for step in steps
            for problem in step._get_problems()
        ]
        ways = {step.id: step._get_targets().ids for step in steps}
        ends = steps.filtered(lambda step: step.kind == 'end')
        if not ends:
            problems.append(self.env._("It has no end. Add a step of the kind “End”."))
        reachable = find_reachable(steps[0].id, ways)
        problems += [
            self.env._("“%(step)s” is never reached: no step leads to it.", step=step.name)
            for step in steps
            if step.id not in reachable
        ]
        automatic = steps.filtered(lambda step: step._is_passed_at_once())
        if circling := find_circling(automatic.ids, ways):
            problems.append(
                self.env._(
                    "These steps lead to each other without anybody having to do anything or any day to wait for: "
                    "%(steps)s. Put a task or a wait of some days between them.",
                    steps=self._join(circling),
                )
            )
        dead = find_dead(reachable, ways, ends.ids) if ends else ()
        if dead:
            problems.append(self.env._("No end is ever reached from these steps: %(steps)s.", steps=self._join(dead)))
        return problems

    def _join(self, step_ids):
        return ", ".join(step.name for step in self.step_ids.sorted() if step.id in step_ids)

    # Starting

    @public_method(one=True, record_id=WHOLE_NUMBER)
    def action_start(self, record_id):
        """Start the one process, in its version of today, on a card of its object that the user may change.

        :param int record_id: the client, opportunity, deal, claim or receipt
        :return: the id of the process that was started, or of the one that is running on the card already
        :rtype: int
        :raise AccessError: the user may not change the card
        :raise UserError: the process is not in use, or is of another company (row E63)
        """
        card = self.env[OBJECTS[self.object][0]].browse(record_id or 0).exists()
        if not card:
            raise UserError(self.env._("The card on which the process should start is gone."))
        card.check_access('write')
        process = self._start(card)
        if not process:
            # sudo - dealflow.process: the user may change the card, and so reads what runs on it.
            process = self.env['dealflow.process'].sudo().search(self._get_current()._get_running_domain(card), limit=1)
        return process.id

    def _get_current(self):
        """Return the version that is started today.

        :raise UserError: none is in use
        """
        self.ensure_one()
        # sudo - dealflow.process.template: the version of a process is no secret of a company.
        current = self.sudo().search([('origin_id', '=', self.sudo().origin_id.id), ('state', '=', 'used')], limit=1)
        if not current:
            raise UserError(
                self.env._(
                    "“%(process)s” is not in use. Somebody with full access has to put it into use.", process=self.name
                )
            )
        return current

    def _get_running_domain(self, card):
        """Return the domain of what runs on a card by any version of the process."""
        return Domain(
            [
                ('template_id.origin_id', '=', self.sudo().origin_id.id),
                ('state', '=', 'running'),
                (OBJECTS[self.sudo().object][1], '=', card.id),
            ]
        )

    def _start(self, card):
        """Start the process on a card; whoever causes it is who started it.

        :param card: in the environment of whoever starts it; the caller has checked the rights
        :return: the process in sudo; empty if one is running there already
        """
        template = self._get_current()
        if card._name != OBJECTS[template.object][0]:
            raise UserError(
                self.env._(
                    "“%(process)s” is started on something else: %(object)s.",
                    process=template.name,
                    object=template._dealflow_get_value_label('object'),
                )
            )
        # sudo - dealflow.process: nobody writes processes but this code.
        processes = card.env['dealflow.process'].sudo()
        if processes.search_count(template._get_running_domain(card), limit=1):
            return processes
        company = 'company_id' in card._fields and card.sudo().company_id or card.env.company
        if template.company_id and template.company_id != company:
            raise UserError(
                self.env._(
                    "“%(process)s” is a process of the company %(company)s, and the card is of another one.",
                    process=template.name,
                    company=template.company_id.name,
                )
            )
        process = processes.create(
            {'template_id': template.id, OBJECTS[template.object][1]: card.id, 'company_id': company.id}
        )
        process._begin()
        return process

    @api.model
    def _get_by_stage(self, stage):
        """Return the processes that start when a deal enters a stage, in sudo."""
        # sudo - dealflow.process.template: a move starts them, whoever makes it.
        return self.sudo().search([('stage_id', '=', stage.id), ('state', '=', 'used')])
