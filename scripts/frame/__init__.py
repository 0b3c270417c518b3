"""The developer frame: what the commands in ``scripts/`` share.

It uses nothing but Python's standard library, because it runs before anything else is installed.
"""
