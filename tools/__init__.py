# Pure Python without Odoo, so that its tests need no database.
