"""Runs Odoo as a program: with several workers it starts itself again, by this file, for live notifications."""

import sys

# The folder of this file, where nothing of Odoo lies.
sys.path.pop(0)

from odoo.cli.command import main  # noqa: E402; with the path above gone

main()
