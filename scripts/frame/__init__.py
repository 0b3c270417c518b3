"""The developer frame: code shared by the commands in ``scripts/``.

``run`` and what it imports use only Python's standard library, because they run before anything else is installed. They
make the environment in which everything else runs.
"""
