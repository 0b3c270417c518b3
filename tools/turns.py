"""Turns by shares: whoever is owed most comes next, so that after each full round everybody has exactly their share."""


def take_turn(credits, shares):
    """Return whose turn it is, and write down what is owed to everybody then.

    :param dict credits: what is owed to each, from former turns; changed here
    :param dict shares: the share of each who can have this turn, positive whole numbers; of equals the first one comes
    """
    for each, share in shares.items():
        credits[each] = credits.get(each, 0) + share
    taken = max(shares, key=credits.get)
    credits[taken] -= sum(shares.values())
    return taken
