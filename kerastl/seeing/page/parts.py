"""Values for the parts of a page: tiles, drawings, and items of galleries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kerastl.data.splits.split import Split
from kerastl.seeing.page.rendering import safe
from kerastl.seeing.page.thumbnails import Box, thumbnail


def tile(value: str, label: str, look: str = "") -> dict[str, str]:
    """Return a large number with its meaning; `look` is `"good"`, `"bad"` or neither."""
    return {"value": value, "label": label, "look": look}


def drawing(svg: str, caption: str = "", *, wide: bool = False, width: int = 0) -> dict[str, Any]:
    """Return a drawing with a caption; `width` is its largest width in rem, 0 for any."""
    return {"svg": safe(svg), "caption": caption, "wide": wide, "width": width}


def picture(
    split: Split,
    index: int,
    about: str = "",
    boxes: Sequence[Box] = (),
    names: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a thumbnail of an image with its alternative text; see `thumbnail`."""
    inputs: Any = split.inputs
    alt = f"{cut_name(inputs.name(index))}{f', {about}' if about else ''}"
    return {"src": thumbnail(inputs, index, boxes, names), "alt": alt}


def gallery_item(
    *,
    pictures: Sequence[dict[str, Any]] = (),
    text: str | None = None,
    marked: Any = None,
    given: str = "",
    suggested: str = "",
    share: float | None = None,
    detail: str = "",
    name: str = "",
    wrong: bool = False,
    why: str = "",
    why_marked: Any = None,
) -> dict[str, Any]:
    """Return an image or a text with what is said about it.

    Args:
        pictures: Values of `picture`, next to each other. Defaults to none.
        text: A text in place of them. Defaults to None.
        marked: A text with marked parts in place of it, as `safe` markup. Defaults to None.
        given: The first label. Defaults to none.
        suggested: The second label, behind an arrow. Defaults to none.
        share: Length of a bar from 0 to 1. Defaults to None: no bar.
        detail: A small line. Defaults to none.
        name: A smaller line. Defaults to none.
        wrong: Whether the second label is the wrong one. Defaults to False: the first one is.
        why: What the colours of an explanation mean. Defaults to none.
        why_marked: A second text, with the explanation, as `safe` markup. Defaults to None.

    Returns:
        Values for the template.
    """
    return {
        "pictures": list(pictures),
        "text": text,
        "marked": marked,
        "given": given,
        "suggested": suggested,
        "share": share,
        "detail": detail,
        "name": name,
        "wrong": wrong,
        "why": why,
        "why_marked": why_marked,
    }


def short(text: str, longest: int) -> str:
    """Return a text, or its beginning if it is longer."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def cut_name(path: str) -> str:
    """Return the last two parts of a path: a file and its folder."""
    return "/".join(path.replace("\\", "/").split("/")[-2:])
