"""What rules cost of which none fits: saving a deal, and a thousand new deals, with twenty rules and with none."""

import sys
from functools import partial

from odoo.fields import Command

from .scenario import Call, Scenario

RULES = 20
SAVE_BUDGET = 1.25
IMPORT_BUDGET = 1.5
NEW = 1000


def get_scenarios(env, owner_env):
    """Return the scenarios of rules: either call is made in the same database, with rules on and with none.

    :param env: that of the seller who saves
    :param owner_env: that of the person who owns the rules
    """
    side = _Rules(env, owner_env)
    return [
        Scenario(
            f"{name}, {RULES} rules / none",
            budget,
            RuledCall(env, call, side, RULES),
            RuledCall(env, call, side, 0),
            repeat=repeat,
        )
        for name, budget, call, repeat in (
            ('save a deal', SAVE_BUDGET, side.save, 6),
            ('import 1,000 deals', IMPORT_BUDGET, partial(side.load, is_import=True), 1),
        )
    ]


class RuledCall(Call):
    """A call while so many rules are on; they are gone afterwards, with the patches of Odoo's engine."""

    def __init__(self, env, function, side, count):
        super().__init__(env, function)
        self.side = side
        self.count = count

    def run(self):
        """Run the call between switching rules on and taking them away, which is not counted."""
        profiler = sys.getprofile()
        sys.setprofile(None)
        savepoint = self.env.cr.savepoint()
        self.side.switch_on(self.count)
        # Each process of a server has filled its caches before.
        super().run()
        sys.setprofile(profiler)
        try:
            return super().run()
        finally:
            sys.setprofile(None)
            savepoint.close(rollback=True)
            self.side.take_away()
            sys.setprofile(profiler)


class _Rules:
    def __init__(self, env, owner_env):
        self.env = env
        self.owner_env = owner_env
        self.deal = env['dealflow.deal'].search([('state', '=', 'open'), ('line_ids', '=', False)], order='id', limit=1)
        self.number = 0

    def switch_on(self, count):
        """Switch on rules on the very fields that are saved, of which none fits; imported rows are their concern."""
        field = self.owner_env['ir.model.fields'].sudo()._get('dealflow.deal', 'user_id')
        rules = self.owner_env['dealflow.rule'].create(
            [
                {
                    'name': f"Rule {number}",
                    'domain': f"[('amount', '>', {10**9 + number}), ('name', 'ilike', 'rule')]",
                    'runs_on_import': True,
                    'action_ids': [Command.create({'field_id': field.id, 'person': 'head'})],
                }
                for number in range(count)
            ]
        )
        if rules:
            rules.action_switch_on()
        self.env.flush_all()

    def take_away(self):
        """Forget the rules that were rolled back."""
        self.env['base.automation']._unregister_hook()
        self.env.registry.clear_cache()
        self.env.registry.registry_invalidated = False
        self.env.invalidate_all()

    def save(self):
        """Save the amount and the name on the form of a deal."""
        self.number += 1
        self.deal.web_save(
            {'name': f"Saved {self.number}", 'amount': 1000 + self.number}, {'name': {}, 'amount': {}, 'stage_id': {}}
        )

    def load(self, is_import):
        """Import rows, as the import of a file does."""
        deals = self.env['dealflow.deal'].with_context(import_file=is_import)
        outcome = deals.load(['name', 'amount'], [[f"New {number}", str(number)] for number in range(NEW)])
        if not outcome['ids']:
            raise ValueError(outcome['messages'][0]['message'])
