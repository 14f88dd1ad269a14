"""Layer that runs a SavedModel whose layers Keras 3 cannot load; it is never trained."""

from __future__ import annotations

import hashlib
import weakref
from pathlib import Path
from typing import Any

import keras

from kerastl.backbones.foreign_graph.checked_saved_model import checked_saved_model, read_graph_file
from kerastl.backbones.foreign_graph.graph_check import check_graph
from kerastl.backbones.foreign_graph.parsed_message import parsed_message
from kerastl.basics.files.damaged import reading
from kerastl.basics.suggest import unknown_name

_FILE = "frozen_graph.pb"
_SIGNATURE = "serving_default"
_TOLERANCE = 1e-4  # of the largest number
_MOST_BYTES = 2**31 - 1  # of a protobuf message

_PROBABILITIES = ("Softmax", "Sigmoid", "LogSoftmax")
_PASSES_ON = ("Identity", "Reshape", "Squeeze", "Cast", "StopGradient")


class _Content:
    """A graph with its weights as constants, shared by a layer and its copies."""

    def __init__(self, graph: bytes, digest: str) -> None:
        self.graph = graph
        self.digest = digest


_known: weakref.WeakValueDictionary[str, _Content] = weakref.WeakValueDictionary()


@keras.saving.register_keras_serializable(package="kerastl")
class FrozenGraph(keras.layers.Layer):
    """Run a SavedModel's inference graph with its weights as constants.

    The graph is stored inside a saved model as data. It is checked whenever it is read: its
    operators must be among those that only compute; see `computing_operations.txt`.
    `FrozenGraph.read` makes the layer; it needs the TensorFlow backend.

    Args:
        digest: Hash of the graph's content.
        source: Name of the input tensor.
        result: Name of the output tensor.
        output_shape: Shape of the output; the batch axis is None.
        **kwargs: Further arguments of `keras.layers.Layer`.
    """

    def __init__(
        self,
        digest: str,
        source: str,
        result: str,
        output_shape: tuple[int | None, ...],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.digest = digest
        self.source = source
        self.result = result
        self.given_shape = tuple(output_shape)
        self._content = _known.get(digest)
        self._function: Any = None

    @classmethod
    def read(cls, path: Path) -> keras.Model:
        """Wrap a SavedModel.

        Args:
            path: The directory, with a signature `"serving_default"` of one input and one output.

        Returns:
            A functional model that holds this one layer.

        Raises:
            ValueError: The signature is another, the graph may do more than compute, or it gives
                other numbers once frozen.
        """
        from tensorflow.python.framework.convert_to_constants import (
            convert_variables_to_constants_v2,
        )

        if keras.backend.backend() != "tensorflow":
            raise ValueError(
                "A SavedModel with layers that Keras 3 does not know runs on TensorFlow only: set "
                f"KERAS_BACKEND=tensorflow. Received: backend {keras.backend.backend()!r}"
            )
        with checked_saved_model(path) as checked:
            # Named, since the graph holds its variables only as long as this object lives.
            loaded = _load(checked, path)
            signatures = loaded.signatures
            if _SIGNATURE not in signatures:
                raise unknown_name("signature", _SIGNATURE, signatures)
            frozen = convert_variables_to_constants_v2(signatures[_SIGNATURE])
        taken, given = frozen.inputs, frozen.outputs
        if len(taken) != 1 or len(given) != 1:
            raise ValueError(
                "A SavedModel is wrapped where it has one input and one output. "
                f"Received: {len(taken)} inputs and {len(given)} outputs of {str(path)!r}"
            )
        graph = frozen.graph.as_graph_def().SerializeToString(deterministic=True)
        content = _checked(graph, repr(str(path)))
        _known[content.digest] = content
        pixels = keras.Input(tuple(taken[0].shape[1:]), dtype=taken[0].dtype.name, name="pixels")
        shape = (None, *given[0].shape[1:])
        layer = cls(content.digest, taken[0].name, given[0].name, shape, name="frozen_graph")
        model = keras.Model(pixels, layer(pixels), name=path.name)
        _check_same(model, signatures[_SIGNATURE], path)
        return model

    def ends_in(self) -> str:
        """Return what the graph computes last: `"probabilities"`, `"linear"` or `"features"`."""
        import tensorflow as tf

        assert self._content is not None
        nodes = {n.name: n for n in tf.compat.v1.GraphDef.FromString(self._content.graph).node}
        node = _maker(self.result, nodes)
        # A graph in a file may be a circle.
        for _ in nodes:
            if node is None or node.op not in _PASSES_ON:
                break
            node = _first_input(node, nodes)
        if node is not None and node.op in _PROBABILITIES:
            return "probabilities"
        if node is not None and node.op in ("BiasAdd", "AddV2", "Add"):
            node = _first_input(node, nodes)
        return "linear" if node is not None and node.op == "MatMul" else "features"

    def call(self, inputs: Any) -> Any:
        """Run the graph."""
        if self._content is None:
            raise ValueError(
                "This layer has no graph: load the saved model that it came with, or read the "
                f"SavedModel again. Received: a graph named {self.digest}"
            )
        if self._function is None:
            self._function = _function(self._content.graph, self.source, self.result)
        return self._function(inputs)

    def compute_output_spec(self, inputs: Any) -> keras.KerasTensor:
        """Give shape and dtype of the output."""
        return keras.KerasTensor((inputs.shape[0], *self.given_shape[1:]), "float32")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again; its graph is an asset."""
        return {
            **super().get_config(),
            "digest": self.digest,
            "source": self.source,
            "result": self.result,
            "output_shape": list(self.given_shape),
        }

    def save_assets(self, directory: str) -> None:
        """Write the graph."""
        assert self._content is not None
        (Path(directory) / _FILE).write_bytes(self._content.graph)

    def load_assets(self, directory: str) -> None:
        """Read and check the graph that `save_assets` wrote, and refuse another."""
        graph = read_graph_file(Path(directory) / _FILE, _MOST_BYTES)
        content = _checked(graph, f"{_FILE} of the layer {self.name!r}")
        if content.digest != self.digest:
            raise ValueError(
                "The graph in the file is not the one that the model was saved with. "
                f"Received: {content.digest} in place of {self.digest}"
            )
        self._content = _known.setdefault(content.digest, content)


def _check_same(model: keras.Model, signature: Any, path: Path) -> None:
    """Run both on the same random input."""
    import tensorflow as tf

    shape = [size or (1 if place == 0 else 64) for place, size in enumerate(model.inputs[0].shape)]
    sample = tf.random.stateless_uniform(shape, (0, 0), 0.0, 255.0)
    (name,) = signature.structured_input_signature[1]
    (expected,) = signature(**{name: sample}).values()
    apart = float(tf.reduce_max(tf.abs(expected - model(sample))))
    largest = float(tf.reduce_max(tf.abs(expected)))
    if not apart <= _TOLERANCE * max(1.0, largest):
        raise ValueError(
            f"The SavedModel gives other numbers once its weights are constants, by {apart:.2g}. "
            f"Received: {str(path)!r}"
        )


def _maker(tensor: str, nodes: dict[str, Any]) -> Any:
    return nodes.get(tensor.lstrip("^").partition(":")[0])


def _first_input(node: Any, nodes: dict[str, Any]) -> Any:
    return _maker(node.input[0], nodes) if node.input else None


def _load(checked: Path, path: Path) -> Any:
    import tensorflow as tf

    with reading(path, what="TensorFlow cannot load the SavedModel"):
        return tf.saved_model.load(str(checked))


def _checked(graph: bytes, place: str) -> _Content:
    import tensorflow as tf

    check_graph(parsed_message(tf.compat.v1.GraphDef, graph, place), place, state=False)
    return _Content(graph, hashlib.blake2b(graph, digest_size=16).hexdigest())


def _function(graph: bytes, source: str, result: str) -> Any:
    import tensorflow as tf

    parsed = tf.compat.v1.GraphDef.FromString(graph)
    try:
        wrapped = tf.compat.v1.wrap_function(
            lambda: tf.compat.v1.import_graph_def(parsed, name=""), []
        )
        return wrapped.prune(
            wrapped.graph.as_graph_element(source), wrapped.graph.as_graph_element(result)
        )
    except (ValueError, TypeError, KeyError, IndexError, tf.errors.OpError) as error:
        raise ValueError(
            f"TensorFlow cannot read the graph: {error} Received: a graph from {source!r} to "
            f"{result!r}"
        ) from error
