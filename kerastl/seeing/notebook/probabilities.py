"""Probabilities as bars."""

from __future__ import annotations

from collections.abc import Mapping

from kerastl.seeing.notebook.markup import Html, page_part, table

_MOST = 8


def probabilities_html(title: str, probabilities: Mapping[str, float]) -> Html:
    """Return the highest probabilities as bars under a title.

    Args:
        title: The title, which is shown as text.
        probabilities: Probability by name.
    """
    highest = sorted(probabilities.items(), key=lambda each: -each[1])[:_MOST]
    rows = [
        [name, f"{value:.3f}", Html(f'<progress max="1" value="{value:.3f}"></progress>')]
        for name, value in highest
    ]
    return page_part(title, table(["class", "probability", ""], rows))
