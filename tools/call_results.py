"""What the results of calls mean."""

# What nobody of us took, and somebody may have to call back.
MISSED = ('missed', 'machine', 'refused')
TALKED = ('answered', 'forwarded')
