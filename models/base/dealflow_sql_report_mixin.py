from odoo import api, models


class DealflowSqlReportMixin(models.AbstractModel):
    """A model without a table, whose rows are those of a statement.

    How Odoo asks for the statement differs from version to version; a report says it in :meth:`_get_report_sql`.
    """

    _name = 'dealflow.sql.report.mixin'
    _description = "Report from a Statement"
    _inherit = 'dealflow.label.mixin'

    @property
    def _table_query(self):
        return None if self._abstract else self._get_report_sql()

    @api.model
    def _get_report_sql(self):
        """Return the statement whose columns are the fields of the report, with what may change from person to person.

        :rtype: SQL
        """
        raise NotImplementedError
