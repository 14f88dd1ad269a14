"""The operations of a SavedModel, compared with those that TensorFlow Serving has."""

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kerastl.artifacts.serving.text_operations import TEXT_OPERATIONS

LOWEST_SERVER = "2.16"
_CORE = Path(__file__).with_name("operations_2_16.txt")


@dataclass(frozen=True)
class ServedOperations:
    """The operations of a SavedModel and the server version that they need.

    Attributes:
        names: Every operation of the graph, sorted.
        custom: The operations of tensorflow-text among them, sorted.
        newer: The operations among them that are newer than `LOWEST_SERVER`, sorted.
        lowest_server: Lowest version of TensorFlow Serving that has all of them.
    """

    names: tuple[str, ...]
    custom: tuple[str, ...]
    newer: tuple[str, ...]
    lowest_server: str

    def describe(self) -> dict[str, Any]:
        """Make the entries of `kerastl.json`."""
        return {
            "lowest_server": self.lowest_server,
            "custom_operations": list(self.custom),
            "newer_operations": list(self.newer),
            "operations": list(self.names),
        }


def served_operations(saved_model: Path) -> ServedOperations:
    """List a SavedModel's operations and check that servers have them.

    Args:
        saved_model: The directory that holds `saved_model.pb`.

    Returns:
        The operations, and the lowest server version.

    Raises:
        ValueError: If the graph holds an operation that TensorFlow Serving does not link, or one
            that draws random numbers, as augmentation and dropout do.

    Example:

    ```python
    served_operations(Path("out/reviews/saved_model/1")).custom  # ("CaseFoldUTF8", ...)
    ```
    """
    import tensorflow as tf

    names = _names(saved_model)
    random = [name for name in names if "Random" in name or name == "Multinomial"]
    if random:
        raise ValueError(
            "A served model must be deterministic: keep augmentation and dropout out of the "
            f"inference graph. Received: {random[0]!r} in the graph"
        )
    text = {name for library in TEXT_OPERATIONS.values() for name in library}
    unknown = [name for name in names if name not in _core() | text]
    # raw_ops holds what this TensorFlow has built in, whatever else is loaded.
    unlinked = [name for name in unknown if not hasattr(tf.raw_ops, name)]
    if unlinked:
        raise ValueError(
            "TensorFlow Serving has TensorFlow's operations and the older ones of "
            "tensorflow-text: compute this part with those, or outside the model. "
            f"Received: {unlinked[0]!r} in the graph"
        )
    return ServedOperations(
        names=tuple(names),
        custom=tuple(name for name in names if name in text),
        newer=tuple(unknown),
        lowest_server=".".join(tf.__version__.split(".")[:2]) if unknown else LOWEST_SERVER,
    )


def linked_libraries(operations: ServedOperations) -> list[Path]:
    """Return the paths of the tensorflow-text libraries that the operations need.

    Args:
        operations: The operations of the SavedModel.

    Returns:
        Paths of the shared libraries that a server links; none without custom operations.

    Raises:
        RuntimeError: If tensorflow-text is needed and not installed.
    """
    if not operations.custom:
        return []
    package = importlib.util.find_spec("tensorflow_text")
    if package is None or package.origin is None:
        raise RuntimeError(
            "The SavedModel tokenizes with tensorflow-text, which is not installed: install it. "
            f"Received: operations {list(operations.custom)}"
        )
    folder = Path(package.origin).parent / "python" / "ops"
    return [folder / f"_{name}.so" for name in TEXT_OPERATIONS]


def _names(saved_model: Path) -> list[str]:
    from tensorflow.core.protobuf import saved_model_pb2

    content = saved_model_pb2.SavedModel.FromString((saved_model / "saved_model.pb").read_bytes())
    names: set[str] = set()
    for meta_graph in content.meta_graphs:
        graph = meta_graph.graph_def
        nodes = [*graph.node, *(node for f in graph.library.function for node in f.node_def)]
        # A call of a function may name the function as its operation.
        functions = {function.signature.name for function in graph.library.function}
        names |= {node.op for node in nodes} - functions
    return sorted(names)


@cache
def _core() -> frozenset[str]:
    lines = _CORE.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
