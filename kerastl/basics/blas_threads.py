"""How many threads multiply matrices."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


def blas_threads(number: int | None) -> AbstractContextManager[Any]:
    """Limit the threads of NumPy's and SciPy's products inside a `with` block.

    Args:
        number: How many may run; None leaves them as they are.

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
    # Looking for the libraries of a process takes milliseconds, many times what a small solution
    # takes; both that multiply here are loaded from now on.
    import scipy.linalg  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
