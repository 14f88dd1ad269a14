"""Signatures, read from the file of a SavedModel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ServedTensor:
    """One input or output of a signature.

    Attributes:
        tensor: Its name in the graph, such as `"serving_default_text:0"`.
        dtype: Its TensorFlow type, such as `"string"` or `"float32"`.
        shape: Its sizes; None for an open size.
    """

    tensor: str
    dtype: str
    shape: tuple[int | None, ...]


@dataclass(frozen=True)
class ServedSignature:
    """A signature: its inputs and outputs, by the names that requests use.

    Attributes:
        name: Name of the signature.
        inputs: The tensors of a request.
        outputs: The tensors of a response.
    """

    name: str
    inputs: dict[str, ServedTensor]
    outputs: dict[str, ServedTensor]

    @classmethod
    def read(cls, saved_model: Path, name: str) -> ServedSignature:
        """Read a signature without loading the model.

        Args:
            saved_model: The directory that holds `saved_model.pb`.
            name: Such as `"serving_default"`.

        Returns:
            The signature, names sorted.

        Raises:
            KeyError: If the SavedModel has no such signature.
        """
        import tensorflow as tf
        from tensorflow.core.protobuf import saved_model_pb2

        content = saved_model_pb2.SavedModel.FromString(
            (saved_model / "saved_model.pb").read_bytes()
        )
        signatures = content.meta_graphs[0].signature_def
        if name not in signatures:
            raise KeyError(
                f"The SavedModel has no such signature. Received: {name!r} of {sorted(signatures)}"
            )

        def tensors(infos: dict) -> dict[str, ServedTensor]:
            return {
                key: ServedTensor(
                    infos[key].name,
                    tf.as_dtype(infos[key].dtype).name,
                    tuple(None if d.size < 0 else d.size for d in infos[key].tensor_shape.dim),
                )
                for key in sorted(infos)
            }

        return cls(name, tensors(signatures[name].inputs), tensors(signatures[name].outputs))
