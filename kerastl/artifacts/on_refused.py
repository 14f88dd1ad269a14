"""Which files of an export must be written: the values of `on_refused=`."""

from collections.abc import Collection, Sequence
from typing import Literal

from kerastl.artifacts.formats.registry import FORMATS
from kerastl.artifacts.litert.variants import AUTO
from kerastl.basics.suggest import unknown_name

OnRefused = Literal["raise", "report"]


def formats_asked_for(
    on_refused: OnRefused | None,
    formats: Sequence[str] | None,
    quantize: str | Sequence[str] | None,
) -> Collection[str]:
    """Return the formats whose files must all be written.

    Args:
        on_refused: As for `export_bundle`.
        formats: As given by the user; None for the default.
        quantize: As given by the user; None for the default.

    Returns:
        Names of formats. A refused file of these is an error.

    Raises:
        ValueError: If `on_refused` has another value.

    Example:

    >>> formats_asked_for(None, None, ("int8",))
    {'tflite'}
    """
    if on_refused not in (None, "raise", "report"):
        raise unknown_name("value of on_refused", on_refused, ("raise", "report"))
    if on_refused == "report":
        return set()
    if on_refused == "raise":
        return set(FORMATS)
    # The files of this format are named by their variants.
    by_name = set(formats or ()) - {"tflite"}
    return by_name | ({"tflite"} if quantize not in (None, AUTO) else set())
