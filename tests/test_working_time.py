from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..tools.public_holidays import get_public_holidays
from .receipt_common import ReceiptCommon


class WorkingTimeCommon(ReceiptCommon):
    """Test case: a company that works Monday to Friday, 8 to 16 UTC, and another one, on Wednesday, 4 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clock = cls.startClassPatcher(freeze_time('2026-03-04 10:00:00'))
        cls.calendar = cls._new_calendar("Mon to Fri, 8 to 16")
        cls.company.resource_calendar_id = cls.calendar
        cls.other_company = cls.env['res.company'].create({'name': "Other company"})

    @classmethod
    def _new_calendar(cls, name, **values):
        hours = {'name': "Day", 'hour_from': 8, 'hour_to': 16, 'day_period': 'morning'}
        days = [Command.create({**hours, 'dayofweek': str(day)}) for day in range(5)]
        return cls.env['resource.calendar'].create(
            {'name': name, 'tz': 'UTC', 'attendance_ids': [Command.clear(), *days], **values}
        )

    @classmethod
    def _new_holiday(cls, day, company=None, **values):
        return (
            cls.env['resource.calendar.leaves']
            .with_company(company or cls.company)
            .create({'name': "Holiday", 'date_from': f'{day} 00:00:00', 'date_to': f'{day} 23:59:59', **values})
        )

    @classmethod
    def _new_claim(cls, **values):
        """Return a claim opened on Wednesday at 10:00 with a deadline of 16 working hours."""
        return cls.env['dealflow.claim'].create(
            {'name': "Broken", 'business_partner_id': cls.partner.id, 'priority': '2', **values}
        )


@tagged('post_install', '-at_install')
class TestWorkingTime(WorkingTimeCommon):
    """Claim deadlines in the working time of the company."""

    def test_a_holiday_of_another_company_moves_nothing(self):
        self._new_holiday('2026-03-05', self.other_company)
        self.assertEqual(self._new_claim().date_deadline, datetime(2026, 3, 6, 10))
        self._new_holiday('2026-03-05')
        self.assertEqual(self._new_claim().date_deadline, datetime(2026, 3, 9, 10))

    def test_time_spent_on_a_claim_leaves_out_the_holidays_of_its_company(self):
        claim = self._new_claim(date_open='2026-03-04 10:00:00')
        self._new_holiday('2026-03-05', self.other_company)
        self._new_holiday('2026-03-06')
        self.assertEqual(
            self.company._dealflow_count_working_hours(claim.date_open, datetime(2026, 3, 9, 10)), 6 + 8 + 2
        )

    def test_a_holiday_entered_later_moves_open_claims(self):
        """Adding or removing a holiday moves computed deadlines of open claims; manual and closed ones stay."""
        claim, typed, closed = self._new_claim(), self._new_claim(), self._new_claim()
        typed.date_deadline = '2026-03-06 15:30:00'
        closed.write({'resolution': "Sent new ones"})
        closed.action_resolve()
        before = closed.date_deadline
        employee = self.env['resource.resource'].create({'name': "Somebody", 'company_id': self.company.id})
        self._new_holiday('2026-03-05', resource_id=employee.id)
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 6, 10))
        holiday = self._new_holiday('2026-03-05')
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 9, 10))
        self.assertEqual(typed.date_deadline, datetime(2026, 3, 6, 15, 30))
        self.assertEqual(closed.date_deadline, before)
        holiday.write({'date_from': '2026-04-01 00:00:00', 'date_to': '2026-04-01 23:59:59'})
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 6, 10))
        holiday.write({'date_from': '2026-03-06 00:00:00', 'date_to': '2026-03-06 23:59:59'})
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 9, 10))
        holiday.unlink()
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 6, 10))

    def test_another_calendar_moves_open_claims(self):
        claim = self._new_claim()
        fridays = self.calendar.attendance_ids.filtered(lambda attendance: attendance.dayofweek == '4')
        fridays.unlink()
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 9, 10))
        self.calendar.attendance_ids.write({'hour_from': 9})
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 9, 12))
        self.company.resource_calendar_id = self._new_calendar("Again all days")
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 6, 10))
        self.company.resource_calendar_id.write({'attendance_ids': [Command.clear(), *self._get_short_days()]})
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 10, 10))

    def _get_short_days(self):
        """Return a calendar from 8 to 12: of 16 hours, 2 pass on Wednesday and 4 on each following day."""
        return [
            Command.create(
                {'name': "Day", 'dayofweek': str(day), 'hour_from': 8, 'hour_to': 12, 'day_period': 'morning'}
            )
            for day in range(5)
        ]

    def test_a_working_saturday_counts(self):
        """It uses the hours of the chosen weekday, even on a holiday, and only in its own company."""
        claim = self._new_claim(date_open='2026-03-05 12:00:00')
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 9, 12))
        days = self.env['dealflow.working.day']
        days.create({'date': '2026-03-07', 'company_id': self.other_company.id})
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 9, 12))
        self._new_holiday('2026-03-07')
        saturday = days.with_user(self.manager).create({'date': '2026-03-07', 'works_like': '4'})
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 7, 12))
        self.assertEqual(
            self.company._dealflow_get_working_days(date(2026, 3, 6), date(2026, 3, 9)),
            {date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9)},
        )
        saturday.date = '2026-03-14'
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 9, 12))
        with self.assertRefused(ValidationError, "no working hours on “Sunday”"):
            saturday.works_like = '6'
        with self.assertRefused(AccessError, ""):
            days.with_user(self.rep_north).create({'date': '2026-03-21'})


@tagged('post_install', '-at_install')
class TestReceiptDue(WorkingTimeCommon):
    """A receipt planned for a day off is due on the next working day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dealflow_receipt_working_days = True
        cls.friday, cls.saturday, cls.monday = (
            cls._new_receipt(date_planned=day) for day in ('2026-03-06', '2026-03-07', '2026-03-09')
        )
        cls.receipts = cls.friday | cls.saturday | cls.monday

    def _get_overdue(self, moment):
        """Return the receipts overdue on that day, checking that field, search, groups and calendar agree."""
        self.env.invalidate_all()
        with freeze_time(moment):
            receipts = self.receipts.with_user(self.head)
            overdue = receipts.filtered('is_overdue')
            self.assertEqual(receipts.search([('is_overdue', '=', True), ('id', 'in', receipts.ids)]), overdue)
            groups = dict(receipts._read_group([('id', 'in', receipts.ids)], ['is_overdue'], ['id:recordset']))
            self.assertEqual(groups.get(True, receipts.browse()), overdue)
            days = self.env['dealflow.receipt.day'].search([('state', '=', 'overdue')])
            self.assertEqual(
                set(days.mapped('date')) & set(receipts.mapped('date_planned')), set(overdue.mapped('date_planned'))
            )
            self.assertEqual(self.deal.overdue_total, sum(overdue.mapped('amount')))
        return overdue

    def test_money_of_a_saturday_is_due_on_monday(self):
        self.assertEqual(self.receipts.mapped('date_due'), [date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 9)])
        self.assertEqual(self.receipts.mapped('is_due_later'), [False, True, False])
        self.assertEqual(self._get_overdue('2026-03-07 12:00:00'), self.friday)
        self.assertEqual(self._get_overdue('2026-03-09 12:00:00'), self.friday)
        self.assertEqual(self._get_overdue('2026-03-10 12:00:00'), self.receipts)

    def test_holidays_and_working_saturdays_count(self):
        self._new_holiday('2026-03-09')
        self._new_holiday('2026-03-06', self.other_company)
        self.assertEqual(self.saturday.date_due, date(2026, 3, 10))
        self.assertEqual(self._get_overdue('2026-03-10 12:00:00'), self.friday)
        self.env['dealflow.working.day'].create({'date': '2026-03-07'})
        self.env.invalidate_all()
        self.assertEqual(self.saturday.date_due, date(2026, 3, 7))
        self.assertEqual(self._get_overdue('2026-03-10 12:00:00'), self.friday | self.saturday)

    def test_without_the_setting_the_planned_date_counts(self):
        """The setting applies to each company separately."""
        self.other_company.dealflow_receipt_working_days = True
        self.company.dealflow_receipt_working_days = False
        self.assertEqual(self.saturday.date_due, date(2026, 3, 7))
        self.assertEqual(self._get_overdue('2026-03-08 12:00:00'), self.friday | self.saturday)

    def test_reminder_comes_on_the_day_on_which_the_money_is_due(self):
        activity_type = self.env.ref('dealflow.mail_activity_type_receipt_due')
        others = self.env['dealflow.receipt'].search([('state', '=', 'planned'), ('id', 'not in', self.receipts.ids)])
        if others:
            others.action_set_state('cancelled')

        def remind():
            with self.enter_registry_test_mode():
                self.env.ref('dealflow.ir_cron_receipt_remind').method_direct_trigger()
            self.env.invalidate_all()

        def get_reminded():
            activities = self.env['mail.activity'].search(
                [('activity_type_id', '=', activity_type.id), ('res_id', 'in', self.receipts.ids)]
            )
            return {activity.res_id: activity.date_deadline for activity in activities}

        with freeze_time('2026-03-08 12:00:00'):
            remind()
            self.assertEqual(get_reminded(), {self.friday.id: date(2026, 3, 6)})
        with freeze_time('2026-03-09 12:00:00'):
            remind()
            self.assertEqual(get_reminded()[self.saturday.id], date(2026, 3, 9))

    def test_a_new_company_has_it_switched_on(self):
        self.env['ir.default'].search([('field_id.name', '=', 'dealflow_receipt_working_days')]).unlink()
        self.assertTrue(self.env['res.company'].create({'name': "Third"}).dealflow_receipt_working_days)


@tagged('post_install', '-at_install')
class TestHolidays(WorkingTimeCommon):
    """Public holidays of a country are proposed, with notes on what the list does not cover."""

    def _open(self, code, year, user=None):
        form = Form(self.env['dealflow.holidays'].with_user(user or self.manager))
        form.country_id = self.env.ref(f'base.{code}')
        form.year = year
        return form

    def _get_holidays(self, company=None):
        return self.env['resource.calendar.leaves'].search(
            [('company_id', '=', (company or self.company).id), ('resource_id', '=', False)]
        )

    def test_holidays_are_entered_once_for_the_company(self):
        claim = self._new_claim(date_open='2026-12-23 10:00:00')
        self.assertEqual(claim.date_deadline, datetime(2026, 12, 25, 10))
        form = self._open('pl', 2026)
        self.assertIn("New Year", form.preview)
        self.assertIn("regions of Poland", form.notes)
        wizard = form.save()
        action = wizard.action_apply()
        found = self.env['resource.calendar.leaves'].search(action['domain'])
        self.assertEqual(len(found), 14)
        self.assertEqual(found, self._get_holidays())
        self.assertFalse(self._get_holidays(self.other_company))
        self.assertEqual(claim.date_deadline, datetime(2026, 12, 29, 10))
        self.assertIn("is there already", self._open('pl', 2026).preview)
        self._open('pl', 2026).save().action_apply()
        self.assertEqual(self._get_holidays(), found)

    def test_holidays_of_another_company_are_its_own(self):
        self.manager.company_ids |= self.other_company
        form = self._open('pl', 2026)
        form.company_id = self.other_company
        form.save().action_apply()
        self.assertEqual(len(self._get_holidays(self.other_company)), 14)
        self.assertFalse(self._get_holidays())

    def test_holidays_lie_in_the_days_of_the_company(self):
        self.calendar.tz = 'Asia/Almaty'
        self._open('kz', 2025).save().action_apply()
        new_year = self._get_holidays().filtered(lambda leave: leave.date_from.date() == date(2024, 12, 31))
        self.assertEqual(len(new_year), 1)
        self.assertNotIn(
            date(2025, 1, 1), self.company._dealflow_get_working_days(date(2024, 12, 30), date(2025, 1, 4))
        )
        self.assertIn(date(2024, 12, 31), self.company._dealflow_get_working_days(date(2024, 12, 30), date(2025, 1, 4)))

    def test_moved_working_days_come_along(self):
        self._open('ru', 2027).save().action_apply()
        self._open('ru', 2027).save().action_apply()
        days = self.env['dealflow.working.day'].search([('company_id', '=', self.company.id)])
        self.assertEqual(days.mapped('date'), [date(2027, 2, 20)])

    def test_what_the_list_does_not_know_is_said(self):
        self.assertIn("until 2027", self._open('ru', 2028).notes)
        self.assertNotIn("until", self._open('ru', 2027).notes)
        self.assertIn("days are estimated", self._open('kz', 2026).notes)
        form = self._open('ua', 2026)
        self.assertFalse(form.has_holidays)
        self.assertIn("martial law", form.notes)
        with self.assertRefused(UserError, "knows no holidays of Ukraine in 2026"):
            form.save().action_apply()
        self.assertFalse(self._get_holidays())

    def test_only_full_access_enters_holidays(self):
        with self.assertRefused(AccessError, ""):
            self._open('pl', 2026, self.rep_north)
        holiday = self._new_holiday('2026-03-05')
        with self.assertRefused(AccessError, ""):
            holiday.with_user(self.rep_north).unlink()
        holiday.with_user(self.manager).unlink()

    def test_names_are_in_the_language_of_the_person(self):
        self.assertEqual(get_public_holidays('BG', 2026, 'bg_BG').days[date(2026, 1, 1)], "Нова година")
        self.assertEqual(get_public_holidays('PL', 2026, 'en_US').days[date(2026, 1, 1)], "New Year's Day")
