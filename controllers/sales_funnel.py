import io
import json

import xlsxwriter

from odoo import http
from odoo.http import content_disposition, request


class SalesFunnelController(http.Controller):
    @http.route('/dealflow/sales_funnel/xlsx', type='http', auth='user', readonly=True)
    def export_sales_funnel(self, options, context='{}'):
        """Send the sales funnel as a spreadsheet, with the figures as numbers.

        :param str options: JSON of the options of ``dealflow.sales.funnel``
        :param str context: JSON of the user's context: language, time zone and companies
        """
        report = request.env['dealflow.sales.funnel'].with_context(**json.loads(context))
        content = self._write_sales_funnel(report.env, report.get_data(json.loads(options)))
        return request.make_response(
            content,
            [
                ('Content-Type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'),
                ('Content-Disposition', content_disposition(report.env._("Sales Funnel") + ".xlsx")),
            ],
        )

    def _write_sales_funnel(self, env, data):
        stream = io.BytesIO()
        # A name that begins with "=" is text, not a formula.
        settings = {'in_memory': True, 'strings_to_formulas': False, 'strings_to_urls': False}
        with xlsxwriter.Workbook(stream, settings) as workbook:
            styles = {
                'head': workbook.add_format({'bold': True, 'bottom': 1, 'text_wrap': True}),
                'title': workbook.add_format({'bold': True, 'font_size': 14}),
                'money': workbook.add_format({'num_format': '#,##0.00'}),
                'percent': workbook.add_format({'num_format': '0.0"%"'}),
            }
            sheet = workbook.add_worksheet(env._("Sales Funnel"))
            sheet.set_column(0, 0, 28)
            sheet.set_column(1, 12, 14)
            line = self._write_scope(env, sheet, data, styles)
            columns = self._get_standing_columns(env)
            reason_columns = [columns[0], ['reason', env._("Lost Reason"), None], *columns[1:]]
            reasons = [
                {**reason, 'name': row['name'], 'reason': reason['name']}
                for row in data['failed']
                for reason in row['reasons']
            ]
            flags = {'below': env._("Below"), 'above': env._("Above")}
            stages = [{**row, 'plan_flag': flags.get(row['plan_flag'])} for row in data['stages']]
            for title, table_columns, rows in (
                (env._("Path through the stages"), self._get_stage_columns(env), stages),
                (env._("In progress and won"), columns, data['in_work']),
                (env._("Failed"), reason_columns, reasons),
            ):
                line = self._write_table(sheet, line, title, table_columns, rows, styles)
        return stream.getvalue()

    def _write_scope(self, env, sheet, data, styles):
        options = data['options']
        sheet.write(0, 0, env._("Sales Funnel: %(funnel)s", funnel=options['funnel_name']), styles['title'])
        basis = {
            'opened': env._("Deals opened in the period, with all that has happened to them until now"),
            'moved': env._("Deals that moved in the period, and only what happened in it"),
        }[options['basis']]
        for line, (label, value) in enumerate(
            [
                (env._("From"), options['date_from']),
                (env._("To"), options['date_to']),
                (env._("Responsible"), options['user_name'] or options['scope_name']),
                (env._("Deals of the period"), basis),
                (env._("Currency"), data['currency_name']),
                (env._("Note"), env._("A stage that was skipped counts as passed.")),
            ],
            start=1,
        ):
            sheet.write(line, 0, label)
            sheet.write(line, 1, value)
        return 8

    def _write_table(self, sheet, line, title, columns, rows, styles):
        sheet.write(line, 0, title, styles['title'])
        for column, (_key, label, _style) in enumerate(columns):
            sheet.write(line + 1, column, label, styles['head'])
        for offset, row in enumerate(rows, start=line + 2):
            for column, (key, _label, style) in enumerate(columns):
                value = row.get(key)
                if value is not None and value is not False:
                    sheet.write(offset, column, value, styles.get(style))
        return line + len(rows) + 4

    def _get_stage_columns(self, env):
        # Lists: in a tuple, Odoo would take the first text after a translated one for translatable too.
        return [
            ['name', env._("Stage"), None],
            ['count', env._("Deals that reached it"), None],
            ['percent', env._("Per cent"), 'percent'],
            ['amount', env._("Amount"), 'money'],
            ['lost_count', env._("Lost here"), None],
            ['lost_percent', env._("Lost here, per cent"), 'percent'],
            ['lost_amount', env._("Lost here, amount"), 'money'],
            ['conversion_next', env._("Conversion to the next"), 'percent'],
            ['conversion_first', env._("Conversion from the first"), 'percent'],
            ['median_days', env._("Median days"), None],
            ['planned_conversion', env._("Planned conversion"), 'percent'],
            ['decided_conversion', env._("Conversion of decided deals"), 'percent'],
            ['decided_count', env._("Decided deals"), None],
            ['plan_flag', env._("Against the plan"), None],
        ]

    def _get_standing_columns(self, env):
        return [
            ['name', env._("Stage"), None],
            ['count', env._("Deals"), None],
            ['percent', env._("Per cent"), 'percent'],
            ['amount', env._("Amount"), 'money'],
        ]
