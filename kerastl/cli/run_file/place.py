"""Where a setting was given, so that an error can say it."""

from __future__ import annotations

from collections.abc import Callable


class Place:
    """A setting's place in a file or on the command line.

    Args:
        describe: Says where the setting with the given keys stands; an empty string where
            there is nothing to say.
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

    def at(self, key: str) -> Place:
        """Return the place of a setting inside this one."""
        return Place(self._describe, (*self._keys, key))

    def error(self, problem: object) -> ValueError:
        """Make the error that says what is wrong, and where."""
        where = self._describe(self._keys)
        return ValueError(f"{where}: {problem}" if where else str(problem))
