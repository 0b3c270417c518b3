"""The states of a deal, shared by deals and by the reports on them."""

DEAL_STATES = [('open', "Open"), ('won', "Won"), ('lost', "Lost")]
