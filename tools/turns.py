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


def divide(groups, shares):
    """Divide groups that stay together, in numbers as close to the shares as possible.

    :param groups: what is divided, each with a length
    :param dict shares: the share of each receiver, positive whole numbers
    :return: iterator over pairs of a receiver and what it gets
    """
    total, done, given = sum(shares.values()), 0, dict.fromkeys(shares, 0)
    for group in groups:
        done += len(group)
        receiver = max(shares, key=lambda each, done=done: shares[each] * done / total - given[each])
        given[receiver] += len(group)
        yield receiver, group
