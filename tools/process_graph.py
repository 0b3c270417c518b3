"""Ways through the steps of a process: a graph of ids, each with the ids that it leads to."""


def find_reachable(first, ways):
    """Return the nodes that can be reached from a node, with itself.

    :param first: the node to begin at
    :param dict ways: the nodes that each node leads to
    :rtype: set
    """
    found, left = set(), [first]
    while left:
        node = left.pop()
        if node not in found:
            found.add(node)
            left += ways.get(node, ())
    return found


def find_dead(nodes, ways, ends):
    """Return those of the nodes from which no end can be reached.

    :rtype: set
    """
    back = {}
    for node in nodes:
        for target in ways.get(node, ()):
            back.setdefault(target, []).append(node)
    alive = set()
    for end in ends:
        alive |= find_reachable(end, back)
    return set(nodes) - alive


def find_circling(nodes, ways):
    """Return those of the nodes from which one comes back to themselves over these nodes alone.

    :rtype: set
    """
    nodes = set(nodes)
    inner = {node: [target for target in ways.get(node, ()) if target in nodes] for node in nodes}
    return {node for node in nodes if any(node in find_reachable(target, inner) for target in inner[node])}
