from odoo.fields import Command

from .rule_common import RuleCommon


class ProcessCommon(RuleCommon):
    """Processes of the manager, on deals of the reps.

    ::

        rep_north has the deal, head_north is the head, viewer only looks, rep_south may not see it
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.templates = cls.env['dealflow.process.template'].with_user(cls.manager)
        cls.deal = cls._new_deal(cls.rep_north)

    def _new_template(self, *steps, on=True, **values):
        """Return a process with these steps, in use; steps lead to others by ``then``, ``late`` and ``ways``, by name.

        :param steps: values of the steps; ``ways`` is a dictionary of the names of steps by the answer
        """
        template = self.templates.create({'name': "Tender", **values})
        made = {}
        for number, step in enumerate(steps):
            own = {key: value for key, value in step.items() if key not in ('then', 'late', 'ways')}
            made[step['name']] = (
                self.env['dealflow.process.step']
                .with_user(self.manager)
                .create({'template_id': template.id, 'sequence': number, **own})
            )
        for step in steps:
            made[step['name']].write(
                {
                    'next_id': made[step['then']].id if 'then' in step else False,
                    'late_next_id': made[step['late']].id if 'late' in step else False,
                    'way_ids': [
                        Command.create({'name': answer, 'next_id': made[target].id if target else False})
                        for answer, target in step.get('ways', {}).items()
                    ],
                }
            )
        if on:
            template.action_put_into_use()
        return template

    def _new_tender(self, **values):
        """Return a process with two ways and a wait."""
        return self._new_template(
            {'name': "Read", 'note': "All of it"},
            {'name': "Take part?", 'kind': 'decision', 'person': 'head', 'ways': {"Yes": "Wait", "No": "Out"}},
            {'name': "Wait", 'kind': 'wait', 'wait_days': 7},
            {'name': "Won", 'kind': 'end', 'result': "Tender won"},
            {'name': "Out", 'kind': 'end', 'result': "No bid", 'outcome': 'neutral'},
            **values,
        )

    def _start(self, template, card=None, user=None):
        card = card or self.deal
        number = template.with_user(user or self.rep_north).action_start(card.id)
        return self.env['dealflow.process'].browse(number)

    def _do(self, process, user, answers=(), **values):
        """Do the present step in the dialog, as the user.

        :param answers: values of the lines of the dialog, in their order
        """
        process = process.with_user(user)
        action = process.action_do()
        dialog = self.env[action['res_model']].with_user(user).browse(action['res_id'])
        if values:
            dialog.write(values)
        for line, answer in zip(dialog.line_ids, answers, strict=True):
            line.write(answer)
        return dialog.action_apply()

    def _get_way(self, process, name):
        return process.step_id.way_ids.filtered(lambda way: way.name == name).id

    def _look_after(self):
        with self.enter_registry_test_mode():
            self.env.ref('dealflow.ir_cron_process_look_after').method_direct_trigger()
        self.env.invalidate_all()
