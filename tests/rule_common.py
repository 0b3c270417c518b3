from odoo.fields import Command

from odoo.addons.dealflow.tools.rule_memory import KEY

from .common import DealflowCommon


class RuleCommon(DealflowCommon):
    """Rules of the manager on deals and other records; saves are told apart by hand, as a test is one transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call = cls.env.ref('mail.mail_activity_data_call')
        cls.rules = cls.env['dealflow.rule'].with_user(cls.manager)
        # Odoo's engine patches the models; the patches must not outlive the rules of the test.
        cls.addClassCleanup(cls.env['base.automation']._unregister_hook)

    def setUp(self):
        super().setUp()
        self.addCleanup(self.env['base.automation']._unregister_hook)
        self._begin_save()

    def _begin_save(self, *records):
        """Begin what is a new transaction in daily work, in which these records, and all deals, exist already."""
        self.env.flush_all()
        self.env.cr.cache.pop(KEY, None)
        for table in {'dealflow_deal', *(each._table for each in records)}:
            # pylint: disable=sql-injection; the name of a table of the registry
            self.env.cr.execute(f"UPDATE {table} SET create_date = create_date - interval '1 hour'")
        self.env.invalidate_all()

    def _new_rule(self, *actions, user=None, on=True, **values):
        """Return a rule of the manager with these actions, switched on."""
        rule = self.rules.with_user(user or self.manager).create(
            {
                'name': "Test rule",
                'object': 'deal',
                'trigger': 'saved',
                **values,
                'action_ids': [Command.create(action) for action in actions],
            }
        )
        if on:
            rule.action_switch_on()
        self._begin_save()
        return rule

    def _get_field(self, model, name):
        return self.env['ir.model.fields']._get(model, name)

    def _set(self, name, model='dealflow.deal', **values):
        """Return the values of an action that changes a field."""
        return {'kind': 'set', 'field_id': self._get_field(model, name).id, **values}

    def _to_head(self):
        return self._set('user_id', person='head')
