"""scripts/load-sales: loads the CRM sales opportunities data set into a database."""

from frame.loading import load


def main(arguments):
    """Load the folder and return the exit code of Odoo's shell."""
    return load(
        arguments,
        name='load-sales',
        data_set='crm_sales_opportunities',
        program_module='sales_opportunities',
        variable='DEALFLOW_SALES_FOLDER',
        description="Load sellers, accounts, products, 8,800 deals and their receipts from CSV files through Odoo's "
        "import. A second run finds everything there and changes nothing.",
    )
