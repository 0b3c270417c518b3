import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...tools.public_methods import public_method
from .dealflow_process_template import OBJECTS

_logger = logging.getLogger(__name__)

CARD_FIELDS = tuple(field for _model, field in OBJECTS.values())
LOOKED_AT_ONCE = 100


class DealflowProcess(models.Model):
    """A process that was started on a card: where it stands, since when, and what came of it (E63, E64).

    Nobody writes it: it goes on when its step is done. Who may read the card reads it, and who has or had one of its
    steps.
    """

    _name = 'dealflow.process'
    _description = "Started Process"
    _inherit = [
        'dealflow.derived.mixin',
        'mail.thread',
        'mail.activity.mixin',
        'dealflow.company.mixin',
        'dealflow.reference.mixin',
        'dealflow.merge.mixin',
    ]
    _order = 'id desc'
    _merge_key = ('template_id', 'state', *CARD_FIELDS)
    _rec_names_search = ['template_id.name', 'business_partner_id']
    _mail_post_access = 'read'
    _dealflow_code_only_fields = ('state', 'entry_id', 'started_by_id', 'started_on', 'ended_on', 'result', 'outcome')

    template_id = fields.Many2one(
        'dealflow.process.template', string="Process", required=True, readonly=True, index=True, ondelete='restrict'
    )
    version = fields.Integer(related='template_id.version', aggregator=None)
    object = fields.Selection(related='template_id.object', string="Kind of Card", store=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True, ondelete='restrict')
    partner_id = fields.Many2one(
        'res.partner', string="Client or Contact", readonly=True, index='btree_not_null', ondelete='cascade'
    )
    lead_id = fields.Many2one(
        'crm.lead', string="Opportunity", readonly=True, index='btree_not_null', ondelete='cascade'
    )
    deal_id = fields.Many2one('dealflow.deal', readonly=True, index='btree_not_null', ondelete='cascade')
    claim_id = fields.Many2one('dealflow.claim', readonly=True, index='btree_not_null', ondelete='cascade')
    receipt_id = fields.Many2one('dealflow.receipt', readonly=True, index='btree_not_null', ondelete='cascade')
    card_name = fields.Char(string="Card", compute='_compute_card_name')
    business_partner_id = fields.Many2one(
        'res.partner',
        string="Partner",
        compute='_compute_business_partner_id',
        store=True,
        precompute=True,
        index='btree_not_null',
        ondelete='set null',
    )
    state = fields.Selection(
        [('running', "Running"), ('done', "Done"), ('cancelled', "Cancelled")],
        default='running',
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    started_by_id = fields.Many2one('res.users', readonly=True, ondelete='restrict', index='btree_not_null')
    started_on = fields.Datetime(readonly=True)
    ended_on = fields.Datetime(readonly=True)
    result = fields.Char(readonly=True)
    outcome = fields.Selection(
        [('good', "Good"), ('bad', "Bad"), ('neutral', "Neither good nor bad")], readonly=True, index=True
    )
    entry_ids = fields.One2many('dealflow.process.entry', 'process_id', string="Steps", readonly=True)
    entry_id = fields.Many2one(
        'dealflow.process.entry', string="Stands At", readonly=True, index='btree_not_null', ondelete='set null'
    )
    step_id = fields.Many2one(related='entry_id.step_id', store=True, index='btree_not_null')
    kind = fields.Selection(related='entry_id.kind', string="Kind of the Step")
    user_id = fields.Many2one(related='entry_id.user_id', string="Whose Turn", store=True, index='btree_not_null')
    since = fields.Datetime(related='entry_id.since', string="Since", store=True)
    deadline = fields.Date(related='entry_id.deadline', store=True)
    note = fields.Text(related='step_id.note', string="Instructions")
    remark = fields.Char(related='entry_id.remark')
    problem = fields.Text(related='entry_id.problem')
    is_overdue = fields.Boolean(string="Overdue", compute='_compute_is_overdue', search='_search_is_overdue')
    is_readable = fields.Boolean(
        compute='_compute_is_readable', search='_search_is_readable', export_string_translation=False
    )
    can_do = fields.Boolean(compute='_compute_can_do', export_string_translation=False)

    _running_uniq = models.UniqueIndex(
        '(template_id, COALESCE(partner_id, 0), COALESCE(lead_id, 0), COALESCE(deal_id, 0), COALESCE(claim_id, 0), '
        "COALESCE(receipt_id, 0)) WHERE state = 'running'",
        "The process is running on this card already. Finish or cancel that one first.",
    )
    _one_card = models.Constraint(
        'CHECK (num_nonnulls(partner_id, lead_id, deal_id, claim_id, receipt_id) = 1)',
        "A process belongs to exactly one card.",
    )

    @api.depends('partner_id.business_partner_id', 'lead_id.partner_id.business_partner_id')
    @api.depends('deal_id.business_partner_id', 'claim_id.business_partner_id', 'receipt_id.business_partner_id')
    def _compute_business_partner_id(self):
        for process in self:
            card = process._get_card()
            if card._name in ('res.partner', 'crm.lead'):
                partner = card if card._name == 'res.partner' else card.partner_id
                process.business_partner_id = partner.business_partner_id or partner
            else:
                process.business_partner_id = card.business_partner_id

    @api.depends('template_id.name', *(f'{name}.display_name' for name in CARD_FIELDS))
    @api.depends_context('lang')
    def _compute_display_name(self):
        for process in self:
            process.display_name = f'{process.template_id.name} – {process.card_name}'

    @api.depends(*(f'{name}.display_name' for name in CARD_FIELDS))
    def _compute_card_name(self):
        for process in self:
            # sudo - the card: whoever has a step knows on what it is, even where the card is not for them.
            process.card_name = process.sudo()._get_card().display_name

    @api.depends('deadline', 'state')
    @api.depends_context('tz')
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for process in self:
            process.is_overdue = bool(
                process.state == 'running' and process.user_id and process.deadline and process.deadline < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return Domain(
            [
                ('state', '=', 'running'),
                ('user_id', '!=', False),
                ('deadline', '<', fields.Date.context_today(self)),
            ]
        )

    def _dealflow_is_reference_checked(self):
        # Only code writes processes, with elevated rights, and has asked for the rights to the card. A deal that enters
        # a stage which its person may not see starts its process all the same.
        return not self.env.su and super()._dealflow_is_reference_checked()

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let whoever may go on with the process give its activity to others, who follow it then."""
        may_go_on = not self.env.su and all(process._may_do() for process in self._filtered_access('read'))
        # sudo - dealflow.process: nobody may write processes, and followers change nothing of them.
        processes = self.sudo() if may_go_on and self._filtered_access('read') == self else self
        return super(DealflowProcess, processes).message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)

    # Who may do what

    @api.depends(*CARD_FIELDS, 'started_by_id', 'entry_ids.user_id', 'entry_ids.head_id')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_is_readable(self):
        for process in self.sudo():
            people = process.started_by_id | process.entry_ids.user_id | process.entry_ids.head_id
            process.is_readable = self.env.user in people or process._get_card().sudo(False).has_access('read')

    def _search_is_readable(self, operator, value):
        """Return the domain of what the user may read: asked by the record rules."""
        if operator != 'in':
            return NotImplemented
        domain = Domain('started_by_id', '=', self.env.uid)
        for name in ('user_id', 'head_id'):
            domain |= Domain('entry_ids', 'any!', [(name, '=', self.env.uid)])
        for model_name, name in OBJECTS.values():
            cards = self.env[model_name].sudo(False).with_context(active_test=False)
            if cards.has_access('read'):
                # The search of the user, with all that the rules of the card say.
                domain |= Domain(name, 'any', cards._search(Domain.TRUE))
        return domain

    @api.depends('state', 'user_id')
    @api.depends_context('uid')
    def _compute_can_do(self):
        for process in self:
            process.can_do = process.state == 'running' and process._may_do()

    def _may_do(self):
        self.ensure_one()
        process_sudo = self.sudo()
        return process_sudo.user_id == self.env.user or process_sudo._get_card().sudo(False).has_access('write')

    def _check_may_do(self):
        """Refuse whoever neither has the step nor may change the card.

        :raise AccessError: in words
        """
        self.check_access('read')
        for process in self:
            if not process._may_do():
                raise AccessError(
                    self.env._(
                        "“%(process)s”: it is the turn of %(person)s. Only that person, and who may change the card, "
                        "may go on with it.",
                        process=process.display_name,
                        person=process.sudo().user_id.name or self.env._("nobody"),
                    )
                )

    # The card

    def _get_card(self):
        """Return the record that the process is bound to."""
        self.ensure_one()
        return next((self[name] for name in CARD_FIELDS if self[name]), self.partner_id)

    @public_method(one=True)
    def action_open_card(self):
        """Return the action that opens the card of the one process."""
        card = self._get_card()
        card.check_access('read')
        return {'type': 'ir.actions.act_window', 'res_model': card._name, 'res_id': card.id, 'views': [(False, 'form')]}

    # Doing

    @public_method(one=True)
    def action_do(self):
        """Return the dialog in which the present step of the one process is done.

        :raise AccessError: it is not the turn of the user, who may not change the card either
        :raise UserError: nobody has to do anything now (row E62)
        """
        self._check_may_do()
        entry_sudo = self.sudo().entry_id
        if not entry_sudo.user_id:
            raise UserError(self.env._("“%(process)s”: there is nothing to do now.", process=self.display_name))
        dialog = self.env['dealflow.process.answer'].create({'entry_id': entry_sudo.id})
        return {
            'type': 'ir.actions.act_window',
            'name': entry_sudo.step_id.name,
            'res_model': dialog._name,
            'res_id': dialog.id,
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'dialog_size': 'medium'},
        }

    @public_method()
    def action_cancel(self):
        """Cancel the processes that still run; what was done stays (row E64).

        :raise AccessError: the user neither has the step nor may change the card
        """
        self._check_may_do()
        self.filtered(lambda process: process.state == 'running').sudo()._cancel()
        return True

    # Going on; always in sudo

    def _begin(self):
        self.ensure_one()
        self._dealflow_set_derived({'started_by_id': self.env.uid, 'started_on': fields.Datetime.now()})
        self._tell_card(self.env._("Process started: %(process)s", process=self.template_id.name))
        self._enter(self.template_id.step_ids.sorted()[:1])

    def _enter(self, step):
        """Come to a step, and go on as long as nobody has to do anything and there is nothing to wait for."""
        self.ensure_one()
        while step:
            entry = self.env['dealflow.process.entry'].create({'process_id': self.id, 'step_id': step.id})
            entry._dealflow_set_derived({'since': fields.Datetime.now()})
            self._dealflow_set_derived({'entry_id': entry.id})
            step = getattr(entry, f'_begin_{step.kind}')()

    def _cancel(self):
        for process in self:
            process.entry_id._leave({'state': 'cancelled'})
            process._finish('cancelled')

    def _finish(self, state, step=None):
        """End the process; a step of the kind “end” has the result."""
        self._dealflow_set_derived(
            {
                'state': state,
                'entry_id': False,
                'ended_on': fields.Datetime.now(),
                'result': step and (step.result or step.name),
                'outcome': step and step.outcome,
            }
        )
        if step:
            text = self.env._(
                "Process ended: %(process)s. Result: %(result)s", process=self.template_id.name, result=self.result
            )
        else:
            text = self.env._("Process cancelled: %(process)s", process=self.template_id.name)
        self._tell_card(text)
        self.message_post(body=text)
        # A stage of the deal may ask for the result.
        self.deal_id._refresh_requirements()

    def _tell_card(self, text):
        # sudo - the card: its chatter says what happened on it, whoever has caused it.
        self._get_card().sudo().message_post(body=text)

    # Looking after them

    @api.model
    def _cron_look_after(self):
        """Let waits end, tell heads of overdue steps, and give new people the steps of those who left."""
        domain = Domain('state', '=', 'running') & Domain('entry_id', '!=', False)
        self.env['ir.cron']._commit_progress(remaining=self.search_count(domain))
        last_id = 0
        while processes := self.search(domain & Domain('id', '>', last_id), order='id', limit=LOOKED_AT_ONCE):
            last_id = processes[-1].id
            processes._look_after()
            if not self.env['ir.cron']._commit_progress(len(processes)):
                break

    def _look_after(self):
        for process in self.sudo():
            try:
                with self.env.cr.savepoint():
                    process.entry_id._look_after()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # Odoo runs the job again.
                raise
            except UserError as error:
                _logger.warning("Process %s: %s", process.id, error)
            except Exception:
                # Whatever it is, the processes of everybody else go on.
                _logger.exception("Process %s", process.id)

    @api.model
    def _hand_over_of(self, users):
        """Give the open steps of people who left to others."""
        # sudo - dealflow.process: whoever archives a person may not read processes.
        self.with_user(SUPERUSER_ID).search([('state', '=', 'running'), ('user_id', 'in', users.ids)])._look_after()

    # Merged contacts

    @api.model
    def _merge_parties(self, sources, target):
        """Keep one of two processes of the same kind that run on merged contacts: that of the remaining one."""
        # sudo - dealflow.process: a user who may merge the contacts merges all that hangs on them.
        running_sudo = self.sudo().search([('partner_id', 'in', (sources | target).ids), ('state', '=', 'running')])
        for alike in running_sudo.grouped('template_id').values():
            kept = alike.filtered(lambda process: process.partner_id == target)[:1] or alike[:1]
            (alike - kept)._cancel()
