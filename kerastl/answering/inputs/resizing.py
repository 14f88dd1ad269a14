"""Resize images with NumPy as `kerastl.data.images.decoding.resize` does with TensorFlow.

`export/python`, which runs without kerastl, has the same steps; a test compares the answers.
"""

import numpy as np


def resize_rounded(image: np.ndarray, size: tuple[int, int], area_above: float) -> np.ndarray:
    """Resize an image and round its values to whole numbers. The aspect ratio is not kept.

    Args:
        image: Shape `(height, width, channels)`, values 0 to 255.
        size: New `(height, width)` in pixels.
        area_above: From more than this many pixels for each new one, a new pixel is the mean of
            its area. Otherwise resizing is bilinear, with half-pixel centres and no antialiasing.

    Returns:
        `float32` array of shape `(*size, channels)`.

    Example:

    >>> resize_rounded(np.array([[[0], [100]]]), (1, 4), area_above=4)[0, :, 0].tolist()
    [0.0, 25.0, 75.0, 100.0]
    """
    if image.shape[:2] == tuple(size):
        return np.round(image.astype(np.float32))
    by_area = image.shape[0] * image.shape[1] > area_above * size[0] * size[1]
    return np.round(_by_area(image, size) if by_area else _bilinear(image, size))


def _bilinear(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    channels = image.shape[2]
    top, bottom, down = _neighbours(image.shape[0], size[0])
    left, right, across = _neighbours(image.shape[1], size[1])
    # Single values are gathered faster than pixels of three.
    flat = image.reshape(len(image), -1)
    left, right = (
        (each[:, None] * channels + np.arange(channels)).ravel() for each in (left, right)
    )
    across = np.repeat(across, channels)
    # In the order of TensorFlow's kernel, so that values halfway are rounded alike.
    upper, lower = (
        _between(rows.take(left, axis=1), rows.take(right, axis=1), across)
        for rows in (flat[top], flat[bottom])
    )
    return _between(upper, lower, down[:, None]).reshape(*size, channels)


def _between(first: np.ndarray, second: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return values between two arrays; the second one may be overwritten."""
    first, found = first.astype(np.float32, copy=False), second.astype(np.float32, copy=False)
    found -= first
    found *= share
    found += first
    return found


def _neighbours(old: int, new: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the old pixels before and after each new centre, and its place between them."""
    half, scale = np.float32(0.5), np.float32(old / new)
    centres = (np.arange(new, dtype=np.float32) + half) * scale - half
    floor = np.floor(centres)
    before = np.maximum(floor, 0).astype(int)
    after = np.minimum(np.ceil(centres), old - 1).astype(int)
    return before, after, centres - floor


def _by_area(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    rows = _mean_of_runs(image, size[0])
    return _mean_of_runs(rows.swapaxes(0, 1), size[1]).swapaxes(0, 1)


def _mean_of_runs(image: np.ndarray, new: int) -> np.ndarray:
    """Reduce the first axis: each new row is the mean of the old rows that it covers."""
    old = len(image)
    starts = np.arange(new) * (old / new)
    ends = starts + old / new
    made = np.empty((new, *image.shape[1:]), np.float32)
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        first, stop = int(start), min(int(np.ceil(end)), old)
        covered = np.arange(first, stop)
        share = np.minimum(end, covered + 1) - np.maximum(start, covered)
        weights = (share * new / old).astype(np.float32)
        # A band of rows at a time: the whole image in float32 would take four times its memory.
        band = image[first:stop].astype(np.float32)
        made[row] = (weights @ band.reshape(len(band), -1)).reshape(image.shape[1:])
    return made
