"""Limit the number of BLAS threads."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


def blas_threads(number: int | None) -> AbstractContextManager[Any]:
    """Limit the BLAS threads of NumPy and SciPy inside a `with` block.

    Args:
        number: The largest number of threads, or None for no change.

    Returns:
        A context manager.

    Example:

    ```python
    with blas_threads(1):
        small @ matrices
    ```
    """
    return _controller().limit(limits=number, user_api="blas")


@cache
def _controller() -> ThreadpoolController:
    # The search for the BLAS libraries of a process takes milliseconds, much longer than solving a
    # small system, so it happens once. SciPy is imported so that the search finds its library.
    import scipy.linalg  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
