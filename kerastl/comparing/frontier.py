"""The choices that no other one beats."""

from collections.abc import Sequence


def frontier(points: Sequence[tuple[float, float]]) -> list[int]:
    """Find the Pareto frontier of costs and gains.

    Args:
        points: Cost, such as a latency, and gain, such as an accuracy, of each choice.

    Returns:
        The places of the choices for which none is at least as good in both and better in one,
        from low to high cost.

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
