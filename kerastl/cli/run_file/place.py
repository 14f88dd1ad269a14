"""The place of a setting in a file or on the command line, for errors."""

from __future__ import annotations

from collections.abc import Callable


class Place:
    """The place of a setting in a file or on the command line.

    Args:
        describe: Returns the place of the setting with the given keys as text, or an empty
            string.
        keys: The keys that lead to the setting, outermost first.

    Example:

    >>> place = Place(lambda keys: ".".join(keys)).at("fit").at("seed")
    >>> str(place.error("must be a whole number"))
    'fit.seed: must be a whole number'
    """

    def __init__(
        self, describe: Callable[[tuple[str, ...]], str], keys: tuple[str, ...] = ()
    ) -> None:
        self._describe = describe
        self._keys = keys

    @property
    def key(self) -> str:
        """The innermost key; an empty string for a whole file."""
        return self._keys[-1] if self._keys else ""

    def at(self, key: str) -> Place:
        """Return the place of a setting inside this one."""
        return Place(self._describe, (*self._keys, key))

    def error(self, problem: object) -> ValueError:
        """Make the error that says what is wrong, and where."""
        where = self._describe(self._keys)
        return ValueError(f"{where}: {problem}" if where else str(problem))
