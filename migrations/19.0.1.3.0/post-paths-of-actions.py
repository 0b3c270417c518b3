def migrate(cr, version):
    """Restore the paths that people had chosen themselves (see the pre script)."""
    cr.execute("""
        UPDATE ir_actions
           SET path = dealflow_path.path
          FROM dealflow_path
         WHERE ir_actions.id = dealflow_path.id
    """)
    cr.execute("DROP TABLE dealflow_path")
