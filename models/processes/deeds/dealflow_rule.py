from odoo import models

from ....tools.rule_memory import get_memory, keep_memory
from ...automation.running.dealflow_rule import MOST_STEPS


class DealflowRule(models.Model):
    """What a rule does, as a step of a process (E62)."""

    _inherit = 'dealflow.rule'

    def _act_for_process(self, record):
        """Do the actions of the rule to a record, with the rights of its owner, and write it into the log.

        :return: what was done and what went wrong, both in words
        """
        self.ensure_one()
        # sudo - dealflow.rule: the person whose step leads here need not be able to read rules.
        rule_sudo = self.sudo()
        memory = get_memory(self.env.cr)
        if len(memory.chain) >= MOST_STEPS:
            return '', self.env._("Rules and processes set each other off without an end.")
        if not memory.chain:
            memory.causer_id = self.env.uid
        memory.chain.append(rule_sudo)
        try:
            deeds, error = rule_sudo._attempt(record)
        finally:
            memory.chain.pop()
            keep_memory(self.env.cr, memory)
        rule_sudo._log(record, 'failed' if error else 'done', deeds=deeds, error=error)
        return deeds, error
