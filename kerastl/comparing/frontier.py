"""Pareto frontier of cost and gain."""

from collections.abc import Sequence


def frontier(points: Sequence[tuple[float, float]]) -> list[int]:
    """Find the Pareto frontier: the points that no other point beats.

    Args:
        points: Cost (such as latency) and gain (such as accuracy) of each point.

    Returns:
        Indices of the frontier's points, from low to high cost. A point is beaten by one that is
        at least as good in cost and gain and better in one of them.

    Example:

    >>> frontier([(2.0, 0.8), (1.0, 0.7), (3.0, 0.75)])
    [1, 0]
    """
    order = sorted(range(len(points)), key=lambda place: (points[place][0], -points[place][1]))
    kept: list[int] = []
    for place in order:
        cost, gain = points[place]
        if not kept or gain > points[kept[-1]][1] or (cost, gain) == points[kept[-1]]:
            kept.append(place)
    return kept
