# Pure code: nothing here knows of Odoo, and its tests need no database.
