from odoo.addons.dealflow.tools.person_names import fill_name_parts


def migrate(cr, version):
    """Take the names of people apart with one statement, before the columns would be computed row by row.

    Names and patronymics stay as they are.
    """
    fill_name_parts(cr)
