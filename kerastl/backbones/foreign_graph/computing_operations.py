"""The operators that a foreign graph may hold."""

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("computing_operations.txt")


@cache
def computing_operations(state: bool) -> frozenset[str]:
    """List the operators that only compute; `computing_operations.txt` documents them.

    Args:
        state: Whether variables and tables in memory are among them.

    Returns:
        Names of operators of TensorFlow. Those of tensorflow-text are not among them: they take
        models as constants, which they read without checking them.

    Example:

    >>> "Conv2D" in computing_operations(state=False)
    True
    >>> "WriteFile" in computing_operations(state=True)
    False
    """
    sections: dict[str, set[str]] = {}
    names: set[str] = set()
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            names = sections.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            names.update(line.split())
    return frozenset(sections["values"] | (sections["state"] if state else set()))
