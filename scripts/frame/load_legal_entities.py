"""scripts/load-legal-entities: loads the legal entities of the LEI data set into a database."""

from frame.loading import load


def main(arguments):
    """Load the folder and return the exit code of Odoo's shell."""
    return load(
        arguments,
        name='load-legal-entities',
        data_set='legal_entities_lei',
        program_module='legal_entities',
        variable='DEALFLOW_ENTITIES_FOLDER',
        description="Load 4,971 real legal entities from a CSV file through Odoo's import, with a report of what was "
        "not clean. A second run finds everything there and changes nothing.",
    )
