from datetime import date

from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestChosenRecords(DealflowCommon):
    """Dialogs opened on archived records keep those records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Dialogs on other models need a record of that model here.
        cls.archived = {
            'crm.lead': cls._new_lead(partner_id=cls.partner.id),
            'dealflow.deal': cls._new_deal(business_partner_id=cls.partner.id, funnel_id=cls.funnel.id),
            'dealflow.receipt': cls._new_receipt(cls._new_deal(), date_planned=date(2040, 5, 20)),
            'res.partner': cls._new_partner("Closed down"),
        }
        # Archiving a deal archives its receipts.
        for record in (*cls.archived.values(), cls.archived['dealflow.receipt'].deal_id):
            if record._name != 'dealflow.receipt':
                record.active = False

    def _get_dialogs(self):
        """Return our dialogs that act on selected records."""
        return [
            model
            for model in self.env.values()
            if model._transient and not model._abstract and hasattr(model, '_chosen_field')
        ]

    def _open(self, model, record):
        """Return the dialog as the web client opens it on a record."""
        return model.with_context(active_model=record._name, active_id=record.id, active_ids=record.ids)

    def test_archived_records_are_in_every_dialog(self):
        dialogs = self._get_dialogs()
        self.assertGreater(len(dialogs), 8)
        for model in dialogs:
            field = model._fields[model._chosen_field]
            record = self.archived[field.comodel_name]
            with self.subTest(dialog=model._name):
                opened = self._open(model, record)
                shown = opened.onchange({}, [], {field.name: {'fields': {}}})['value'][field.name]
                self.assertEqual([command[1] for command in shown], record.ids)
                dialog = opened.new(opened.default_get([field.name]))
                self.assertEqual(dialog[field.name]._origin, record)
                self.assertEqual(field.context, {'active_test': False}, "as it is when it has been saved")

    def test_dialogs_over_many_records_get_them_in_one_way(self):
        """A default that reads ``active_ids`` by itself would drop archived records and ignore their model."""
        dialogs = {model._name for model in self._get_dialogs()}
        strange = []
        for model in self.env.values():
            if not model._transient or model._abstract or model._original_module != 'dealflow':
                continue
            for record in self.archived.values():
                names = [
                    name
                    for name, field in model._fields.items()
                    if field.type == 'many2many' and field.comodel_name == record._name
                ]
                found = self._open(model, record).default_get(names)
                strange += [
                    (model._name, name)
                    for name in names
                    if found.get(name) and (model._name not in dialogs or name != model._chosen_field)
                ]
        self.assertEqual(strange, [])

    def test_archived_deal_is_lost_and_its_receipt_moved(self):
        deal, receipt = self.archived['dealflow.deal'], self.archived['dealflow.receipt']
        reason = self.env['crm.lost.reason'].create({'name': "Too dear"})
        self._open(self.env['dealflow.deal.lose'], deal).create(
            {'lost_reason_id': reason.id, 'comment': "They have closed down"}
        ).action_apply()
        self.assertEqual(deal.state, 'lost')
        before = receipt.date_planned
        self._open(self.env['dealflow.receipt.postpone'], receipt).create(
            {'method': 'days', 'days': 30, 'reason': "The budget is not signed"}
        ).action_apply()
        self.assertGreater(receipt.date_planned, before)
