"""Report texts that are odd in their length or their characters."""

from __future__ import annotations

import re

import numpy as np

from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.problem import Problem

# UTF-8 that was read as Latin-1 or Windows-1252, the replacement character, and markup.
_MISREAD = re.compile("�|[ÃÂ][\u0080-¿]|â€[™œ\u009d“”˜]|Ã©|Ã¨")
_MARKUP = re.compile(r"</?(?:br|p|div|span|a|i|b|html|body)\b[^>]*>|&(?:amp|lt|gt|quot|nbsp|#\d+);")
_LONGER = 20.0  # times the median
_FEWEST_CHARACTERS = 2


def odd_texts(examples: AllExamples) -> list[Problem]:
    """Report texts that are misread, hold markup, are very long, or have no word.

    Args:
        examples: The texts.

    Returns:
        The problems.
    """
    texts = examples.texts
    lengths = np.array([len(text) for text in texts])
    usual = float(np.median(lengths))
    problems = []
    for index, text in enumerate(texts):
        reasons = []
        if _MISREAD.search(text):
            reasons.append("characters of another encoding")
        if _MARKUP.search(text):
            reasons.append("HTML in the text")
        if sum(map(str.isalnum, text)) < _FEWEST_CHARACTERS:
            reasons.append("hardly a letter")
        if len(text) > max(_LONGER * usual, 2_000):
            reasons.append(f"very long: {len(text):,} characters")
        if reasons:
            problems.append(
                Problem(
                    "odd",
                    examples.key(index),
                    examples.split(index),
                    examples.given(index),
                    detail=" and ".join(reasons),
                    score=0.5,
                    index=index,
                )
            )
    return problems
