import logging
import tempfile

from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.http import content_disposition, request

_logger = logging.getLogger(__name__)


class Removal(http.Controller):
    @http.route('/dealflow/removal/export', type='http', auth='user', methods=['GET'], readonly=True)
    def export_what_goes(self):
        """Send everything that is deleted with Dealflow as a ZIP file, written to the server's disk first."""
        # The response is sent, and the file closed, after the transaction in which the file was written.
        file = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            request.env['dealflow.removal']._write_archive(file)
        except Exception:
            file.close()
            raise
        size = file.tell()
        file.seek(0)
        _logger.info(
            "User %d exported all records of Dealflow from %s", request.env.uid, request.httprequest.remote_addr
        )
        name = f'dealflow-{request.db}-{request.env.user._dealflow_get_today()}.zip'
        response = request.make_response(
            wrap_file(request.httprequest.environ, file),
            headers=[
                ('Content-Type', 'application/zip'),
                ('Content-Disposition', content_disposition(name)),
                ('Content-Length', size),
            ],
        )
        response.direct_passthrough = True
        return response
