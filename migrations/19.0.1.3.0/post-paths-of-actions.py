def migrate(cr, version):
    """Put back the paths that people had chosen themselves (see the script that runs before)."""
    cr.execute("""
        UPDATE ir_actions
           SET path = dealflow_path.path
          FROM dealflow_path
         WHERE ir_actions.id = dealflow_path.id
    """)
    cr.execute("DROP TABLE dealflow_path")
