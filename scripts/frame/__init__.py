"""The developer frame: code shared by the commands in ``scripts/``.

It uses only Python's standard library, because it runs before anything else is installed.
"""
