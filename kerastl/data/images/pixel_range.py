"""The values of black and white in raw images: check them, and convert images to 8-bit RGB."""

from collections.abc import Sequence
from typing import Any

import numpy as np

PixelRange = tuple[float, float]
"""The values of black and white."""

# For each white of a type: the highest value that is noticed as far below it, in a data set and in
# single images. A data set has a bright pixel somewhere, and a single photo may be dark.
_FAR_BELOW = {255: (31, 16), 65_535: (16_383, 4_095)}
_PART = 64  # images
# Usual values of white, among which an error guesses.
_WHITES = (1, 15, 16, 31, 63, 100, 127, 255, 1_023, 4_095, 16_383, 32_767, 65_535, 2**31 - 1)


def checked_range(given: Any) -> PixelRange | None:
    """Check a `pixel_range` argument.

    Args:
        given: The argument of a user.

    Returns:
        The values of black and white, or None if the argument is None.

    Raises:
        ValueError: If the argument is not two increasing numbers.
    """
    if given is None:
        return None
    try:
        black, white = (float(value) for value in given)
    except (TypeError, ValueError):
        black = white = np.nan
    if isinstance(given, str) or not (np.isfinite([black, white]).all() and black < white):
        raise ValueError(
            "`pixel_range` must be (black, white), with black below white. "
            f"Received: pixel_range={given!r}"
        )
    return black, white


def check_own_range(pixel_range: PixelRange | None, examples: Any) -> None:
    """Raise an error if a range is given for examples that have one.

    Args:
        pixel_range: The argument of a user.
        examples: A data set or a split, for the error.

    Raises:
        ValueError: If `pixel_range` is given.
    """
    if pixel_range is not None:
        raise ValueError(
            "These examples have their range already: pass `pixel_range` where they are read. "
            f"Received: pixel_range={pixel_range!r} with {examples!r}"
        )


def check_no_range(given: Any) -> None:
    """Raise a `ValueError` if texts are given together with a `pixel_range`."""
    if given is not None:
        raise ValueError(f"Texts take no `pixel_range`. Received: pixel_range={given!r}")


def check_range(
    images: np.ndarray | Sequence[np.ndarray], given: Any, *, predicting: bool = False
) -> None:
    """Raise an error if the values of pixels seem to have another range than that of their type.

    All images are checked together, because one dark image may have values within 0 to 1, but a
    whole data set does not.

    Args:
        images: One array of images, or several arrays.
        given: The user's or the model's `pixel_range`, or None.
        predicting: Whether these may be a few dark images. Defaults to False: a data set.

    Raises:
        ValueError: If no range is given, and the values are far below or outside the range of
            their type; if the given range is not two increasing numbers; or if these are numbers
            from 0 to 1 for a model with another range.
    """
    pixel_range = checked_range(given)
    arrays = [images] if isinstance(images, np.ndarray) else images
    arrays = [a for a in map(np.asarray, arrays) if a.size and a.dtype != np.bool_]
    if pixel_range is not None:
        if predicting:
            _check_fractions(arrays, pixel_range)
        return
    for white in _FAR_BELOW:
        group = [a for a in arrays if _white(a.dtype) == white]
        if group:
            _check_type(group, white, predicting)


def fits_eight_bits(colours: np.ndarray, pixel_range: PixelRange) -> bool:
    """Return whether 8-bit values are within a range, so that they are read by it.

    A value of 255 cannot be in the range 0 to 16: an image with it is an ordinary 8-bit image.
    """
    black, white = pixel_range
    return black >= 0 and white <= 255 and _is_inside(_scaled(colours, pixel_range))


def to_uint8_rgb(
    image: np.ndarray, pixel_range: PixelRange | None, name: str, *, predicting: bool = False
) -> np.ndarray:
    """Convert an image array to 8-bit RGB.

    Args:
        image: Array of shape `(height, width)` or `(height, width, 1 | 2 | 3 | 4)`. A second or
            fourth channel is opacity and is composited on white.
        pixel_range: The values of black and white, or None for the range of the dtype: 0 to
            65,535 for `uint16`, otherwise 0 to 255.
        name: The name of the image, for errors.
        predicting: Whether `uint8` values that do not fit the range are 0 to 255. Defaults to
            False: they are an error.

    Returns:
        `uint8` array of shape `(height, width, 3)`.

    Raises:
        ValueError: If the array has another shape, or values outside the range.
    """
    if image.ndim == 2:
        image = image[..., None]
    if image.ndim != 3 or image.shape[-1] not in (1, 2, 3, 4) or 0 in image.shape:
        raise ValueError(
            "An image array must have shape (height, width) or (height, width, 1 to 4 channels). "
            f"Received: shape {image.shape} for {name}"
        )
    has_opacity = image.shape[-1] in (2, 4)
    colours = image[..., :-1] if has_opacity else image
    if image.dtype == np.uint8 and pixel_range is not None:
        if predicting and not fits_eight_bits(colours, pixel_range):
            pixel_range = None
        elif pixel_range[1] > 255:
            raise ValueError(
                "The values of uint8 end at 255: pass arrays of the type that the images have. "
                f"Received: pixel_range={pixel_range!r} for {name} of uint8"
            )
    rgb = _to_uint8(colours, pixel_range, name)
    rgb = np.repeat(rgb, 3, axis=-1) if rgb.shape[-1] == 1 else rgb
    if not has_opacity:
        return np.ascontiguousarray(rgb)
    # Opacity has the range of its type, except that numbers scaled to 0 to 1 have it scaled too.
    by_type = image.dtype == np.uint8 or is_16_bits(image.dtype)
    opacity = _to_uint8(image[..., -1:], None if by_type else pixel_range, name)
    opaque = opacity.astype(np.float32) / 255.0
    return np.round(255.0 - (255.0 - rgb) * opaque).astype(np.uint8)


def is_16_bits(dtype: np.dtype) -> bool:
    """Return whether a type is `uint16`, in any byte order."""
    return dtype.kind == "u" and dtype.itemsize == 2


def _white(dtype: np.dtype) -> int:
    return 65_535 if is_16_bits(dtype) else 255


def _check_type(arrays: Sequence[np.ndarray], white: int, predicting: bool) -> None:
    if predicting and all(a.dtype == np.uint8 for a in arrays):
        return
    dark = _FAR_BELOW[white][predicting]
    is_bounded = all(a.dtype == np.uint8 or is_16_bits(a.dtype) for a in arrays)
    # Usually the first part shows it, and the array may be a large file.
    if is_bounded and any(part.max() > dark for a in arrays for part in _parts(a)):
        return
    # An image of one colour tells nothing about the scale.
    if is_bounded and all(map(_is_flat, arrays)):
        return
    low, high = _extent(arrays)
    if np.isfinite([low, high]).all() and low >= 0 and dark < high <= white:
        return
    name = arrays[0].dtype.name
    only_dark = (
        f"; if they are only dark, pass `pixel_range=(0, {white})`"
        if 0 <= low <= high <= white
        else ""
    )
    raise ValueError(
        f"Pixels must be from 0 to {white}, the range that images of {name} are read with. If "
        f"these have another range, pass it, such as `pixel_range={_guess(low, high)}`{only_dark}. "
        f"Received: {name} values from {low:g} to {high:g}"
    )


def _is_flat(images: np.ndarray) -> bool:
    """Return whether one image or each of several has a single colour."""
    has_channels = images.ndim > 2 and images.shape[-1] <= 4
    places = images.shape[-3:-1] if has_channels else images.shape[-2:]
    axes = (-3, -2) if has_channels else (-2, -1)
    return 0 not in places and not np.ptp(images, axis=axes).any()


def _check_fractions(arrays: Sequence[np.ndarray], pixel_range: PixelRange) -> None:
    floats = [a for a in arrays if a.dtype.kind == "f"]
    if not floats or len(floats) < len(arrays) or pixel_range[1] <= 4:
        return
    low, high = _extent(floats)
    if low >= -1 and 0 < high <= 1:
        black, white = pixel_range
        raise ValueError(
            f"This model reads arrays with {black:g} as black and {white:g} as white. If these "
            f"are scaled to another range, pass it, such as `pixel_range={_guess(low, high)}`; if "
            f"they are only dark, pass `pixel_range=({black:g}, {white:g})`. "
            f"Received: {floats[0].dtype} values from {low:g} to {high:g}"
        )


def _parts(array: np.ndarray) -> list[np.ndarray]:
    return [array[start : start + _PART] for start in range(0, len(array), _PART)]


def _extent(arrays: Sequence[np.ndarray]) -> tuple[float, float]:
    return min(float(a.min()) for a in arrays), max(float(a.max()) for a in arrays)


def _guess(low: float, high: float) -> str:
    if low < 0:
        ends = (-1, 1) if low >= -1 and high <= 1 else (np.floor(low), np.ceil(high))
    else:
        ends = (0, next((white for white in _WHITES if white >= high), 1))
    return f"({ends[0]:.0f}, {ends[1]:.0f})"


def _to_uint8(values: np.ndarray, pixel_range: PixelRange | None, name: str) -> np.ndarray:
    if pixel_range is None and values.dtype == np.uint8:
        return values
    if pixel_range is None and is_16_bits(values.dtype):
        return (values >> 8).astype(np.uint8)
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    black, white = pixel_range or (0, 255)
    scaled = _scaled(values, (black, white))
    if not _is_inside(scaled):
        raise ValueError(
            f"Pixels are outside the range {black:g} to {white:g}: pass their range as "
            "`pixel_range`. "
            f"Received: values from {values.min():g} to {values.max():g} in {name}"
        )
    return np.clip(np.round(scaled), 0, 255).astype(np.uint8)


def _scaled(values: np.ndarray, pixel_range: PixelRange) -> np.ndarray:
    black, white = np.array(pixel_range, np.float32)
    scaled: np.ndarray = scale(values.astype(np.float32), black, white)
    return scaled


def _is_inside(scaled: np.ndarray) -> bool:
    # Half a grey level allows for rounding by the program that made the values.
    return bool(np.isfinite(scaled).all() and scaled.min() >= -0.5 and scaled.max() <= 255.5)


def scale(values: Any, black: Any, white: Any) -> Any:
    """Scale float32 values so that black is 0 and white 255. Arrays and tensors give equal bits."""
    return (values - black) * (255.0 / (white - black))
