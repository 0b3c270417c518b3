from odoo import api, models


class DealflowSqlReportMixin(models.AbstractModel):
    """A model without a table, whose rows come from an SQL query.

    How Odoo asks for the query differs between versions; a report returns it from :meth:`_get_report_sql`.
    """

    _name = 'dealflow.sql.report.mixin'
    _description = "Report over the Database"
    _inherit = 'dealflow.label.mixin'

    @property
    def _table_query(self):
        return None if self._abstract else self._get_report_sql()

    @api.model
    def _get_report_sql(self):
        """Return the query whose columns are the fields of the report; it may depend on the user.

        :rtype: SQL
        """
        raise NotImplementedError
