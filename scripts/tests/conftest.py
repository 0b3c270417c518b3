"""Makes the developer frame importable for its tests."""

import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path[:] = [str(SCRIPTS), *sys.path, str(SCRIPTS.parent)]
