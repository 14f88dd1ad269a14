"""The image sizes among which a training chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kerastl.recipe.choosing.candidate import InputCandidate, InputCandidates

if TYPE_CHECKING:
    from kerastl.backbones.backbone import Backbone
    from kerastl.data.images.encoded_images import Images

Size = tuple[int, int]

# Of the size that the network was trained on. Objects appear larger to a network in training, whose
# crops are enlarged, than in a test, so that the best size is rarely the same (Touvron et al. 2019,
# "Fixing the train-test resolution discrepancy").
RATIOS = (0.57, 0.71, 1.0, 1.29, 1.43, 1.71)
"""Sides of the candidates, relative to the backbone's own size."""

# An enlarged image has no more detail, and yet features of a finer grid.
_MOST_ENLARGED = 4.0
_LONG = 3.0
_READ_SIZES = 300


def image_size_candidates(
    backbone: Backbone, images: Images, max_pixels: int | None = None
) -> InputCandidates:
    """Return the image sizes that are worth trying, from small to large.

    Sizes differ from the backbone's own by multiples of its step. They have at most four times
    the side of a typical image, unless they are smaller than the backbone's own.

    Args:
        backbone: An image backbone.
        images: Training images, of which at most 300 are opened to read their size.
        max_pixels: Most pixels of an image. Defaults to None: no bound.

    Returns:
        The sizes, and notes about small and about long images.

    Raises:
        ValueError: If no size has so few pixels.
    """
    own = backbone.image_size
    assert own is not None
    typical, notes = _described(images)
    if backbone.size_step is None:
        if max_pixels is not None and own[0] * own[1] > max_pixels:
            raise _too_few(max_pixels, backbone, own)
        return InputCandidates.only(
            image_size_candidate(own, own),
            f"the network takes images of {own[0]} x {own[1]} pixels only",
            notes,
        )
    known = _sizes(own, backbone.size_step)
    sizes = [size for size in known if _fits(size, own, typical)]
    if len(sizes) < len(known):
        notes = (
            *notes,
            f"a typical image has a side of {typical:.0f} pixels: none larger than "
            f"{_MOST_ENLARGED:.0f} times that is tried",
        )
    if max_pixels is not None:
        sizes = [size for size in sizes if size[0] * size[1] <= max_pixels]
        if not sizes:
            sizes = _largest_below(own, backbone.size_step, max_pixels)
        if not sizes:
            raise _too_few(max_pixels, backbone, own)
    smaller = [number for number, size in enumerate(sizes) if size <= own]
    candidates = tuple(image_size_candidate(size, own) for size in sizes)
    start = smaller[-1] if smaller else 0
    if len(candidates) == 1:
        bound = "" if max_pixels is None else f" with at most {max_pixels} pixels"
        return InputCandidates(candidates, start, notes, f"there is no other size{bound}")
    return InputCandidates(candidates, start, notes)


def image_size_candidate(size: Size, own: Size) -> InputCandidate:
    """Return one image size as a candidate.

    Args:
        size: `(height, width)` in pixels.
        own: The backbone's own size, whose computation is 1.
    """
    cost = size[0] * size[1] / (own[0] * own[1])
    return InputCandidate(f"{size[0]} x {size[1]} pixels", {"image_size": size}, cost)


def _sizes(own: Size, step: int) -> list[Size]:
    # Each side keeps its remainder, on which the padding of strided convolutions depends.
    shorter = min(own)
    found = set()
    for ratio in RATIOS:
        steps = round((ratio - 1.0) * shorter / step)
        size = _moved(own, step, steps)
        if min(size) >= step:
            found.add(size)
    return sorted(found)


def _moved(own: Size, step: int, steps: int) -> Size:
    ratio = 1.0 + steps * step / min(own)
    height, width = (side + step * round((ratio - 1.0) * side / step) for side in own)
    return height, width


def _largest_below(own: Size, step: int, max_pixels: int) -> list[Size]:
    for steps in range(-1, -(min(own) // step) - 1, -1):
        height, width = _moved(own, step, steps)
        if min(height, width) >= step and height * width <= max_pixels:
            return [(height, width)]
    return []


def _fits(size: Size, own: Size, typical: float) -> bool:
    return size <= own or max(size) <= _MOST_ENLARGED * typical


def _described(images: Images) -> tuple[float, tuple[str, ...]]:
    """Return the side of a typical image, and notes about images that suit no square."""
    from kerastl.data.images.upright_sizes import upright_sizes

    chosen = np.linspace(0, len(images) - 1, min(len(images), _READ_SIZES)).astype(int)
    sizes = upright_sizes(images.take(np.unique(chosen).tolist())).astype("float64")
    sides = np.sqrt(sizes.prod(axis=1))
    long = int((sizes.max(axis=1) > _LONG * sizes.min(axis=1)).sum())
    notes = []
    if long:
        notes.append(
            f"{long} of {len(sizes)} images are more than {_LONG:.0f} times as long as wide and "
            "are stretched: pass image_size=(height, width) of their shape, or crop them"
        )
    return float(np.median(sides)), tuple(notes)


def _too_few(max_pixels: int, backbone: Backbone, own: Size) -> ValueError:
    return ValueError(
        f"`max_pixels` is below the smallest image of {backbone!r}, whose own size is "
        f"{own[0]} x {own[1]}. Received: max_pixels={max_pixels}"
    )
