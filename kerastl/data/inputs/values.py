"""List the values of any container, in order."""

from collections.abc import ItemsView, KeysView, Mapping, Set
from numbers import Number
from typing import Any

import numpy as np

from kerastl.data.inputs.kinds import column_names, describe, is_tf_dataset


def list_values(given: Any, name: str) -> list[Any] | np.ndarray:
    """Return the values of a container as a list, or as an array if it has numbers.

    Args:
        given: A list, tuple, iterator or view of a mapping; a pandas or polars Series, an Index, a
            pyarrow Array or a table with one column; or an array or tensor of NumPy, TensorFlow,
            JAX or PyTorch.
        name: The name of the argument, for errors.

    Returns:
        A NumPy array of numbers or booleans, or a list of values of any kind. A missing value of
        pandas is None.

    Raises:
        ValueError: If the value has no order, is not a container, or is a table or mapping that
            does not say which of its values are meant.

    Example:

    >>> list_values({"a.jpg": 1, "b.jpg": 2}.values(), "labels")
    [1, 2]
    """
    if isinstance(given, list | tuple):
        return list(given)
    columns = column_names(given)
    if columns is not None:
        return _only_column(given, columns, name)
    if isinstance(given, np.ndarray):
        return _list_array(given, name)
    if hasattr(given, "to_pylist"):
        return list(given.to_pylist())
    if hasattr(given, "to_list") and not hasattr(given, "row_splits"):
        return [None if _is_missing(value) else value for value in given.to_list()]
    if hasattr(given, "toarray"):
        return np.asarray(given.toarray())
    if is_tensor(given):
        return _list_array(to_array(given), name)
    _check_is_container(given, name)
    return list(given)


def table_column(table: Any, column: str) -> list[Any]:
    """Return one column of a table as a list.

    Args:
        table: A table, see `column_names`.
        column: The name of one of its columns, as `column_names` returns it.

    Returns:
        One value for each row. A missing value is None.

    Raises:
        ValueError: If the table has several columns of this name.
    """
    cells = table[_key(table, column)]
    if column_names(cells) is not None:
        raise ValueError(f"Two columns have the same name: rename one. Received: {column!r}")
    return list(list_values(cells, column))


def is_tensor(value: Any) -> bool:
    """Return whether a value is a tensor of TensorFlow, JAX, PyTorch or Keras."""
    return (
        hasattr(value, "shape")
        and hasattr(value, "dtype")
        and not isinstance(value, np.ndarray | np.generic | type)
    )


def to_array(tensor: Any) -> np.ndarray:
    """Convert a tensor to a NumPy array.

    Args:
        tensor: A tensor that has values.

    Returns:
        The array. Numbers of a type that NumPy lacks, such as bfloat16, become float32.

    Raises:
        ValueError: If the tensor is symbolic.
    """
    try:
        array = np.asarray(tensor)
    except (TypeError, ValueError, RuntimeError, NotImplementedError) as error:
        raise ValueError(
            "A tensor must have values, to be read as an array. "
            f"Received: {describe(tensor)}, {tensor.dtype}"
        ) from error
    if array.dtype.kind == "V" and array.dtype.names is None:
        return array.astype(np.float32)
    return array


def _list_array(array: np.ndarray, name: str) -> list[Any] | np.ndarray:
    if array.ndim == 0:
        raise ValueError(f"`{name}` must be a list. Received: {array.item()!r}")
    if array.dtype.kind not in "OUST":
        return array
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    return [None if _is_missing(value) else value for value in array.tolist()]


def _only_column(table: Any, columns: list[str], name: str) -> list[Any]:
    if len(columns) == 1:
        return table_column(table, columns[0])
    raise ValueError(
        f"`{name}` must be a list. Of a table with several columns, pass one column, such as "
        f"`table[{columns[-1]!r}]`. Received: {describe(table)}"
    )


def _key(table: Any, column: str) -> Any:
    # The columns of a pandas DataFrame may have numbers as their names.
    names = table.columns if hasattr(table, "iloc") else ()
    return next((name for name in names if str(name) == column), column)


def _check_is_container(given: Any, name: str) -> None:
    if isinstance(given, Mapping):
        raise ValueError(
            f"`{name}` must be a list. A mapping is not read as its keys: pass "
            f"`list(mapping.values())` or one of its values. Received: {describe(given)}"
        )
    if isinstance(given, ItemsView):
        raise ValueError(
            f"`{name}` must be a list, and items are pairs: pass keys and values separately. "
            f"Received: {describe(given)}"
        )
    if isinstance(given, Set) and not isinstance(given, KeysView):
        raise ValueError(
            f"`{name}` must be a list: a set has no order. Received: {describe(given)}"
        )
    if is_tf_dataset(given):
        raise ValueError(
            f"`{name}` must be a list. Read a tf.data.Dataset with `ktl.data.from_tf(dataset)`. "
            f"Received: {describe(given)}"
        )
    if (
        given is None
        or isinstance(given, str | bytes | Number)
        # Without `__iter__`, Python calls `__getitem__` until an IndexError, possibly forever.
        or not hasattr(given, "__iter__")
    ):
        raise ValueError(f"`{name}` must be a list. Received: {describe(given)}")


def _is_missing(value: Any) -> bool:
    """Return whether a value is a missing value of pandas; NaN is one, too."""
    return type(value).__name__ in ("NAType", "NaTType") or (
        isinstance(value, float) and value != value
    )
