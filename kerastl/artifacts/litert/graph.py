"""A `.tflite` file as a graph of operators and constants that can be changed."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

from kerastl.artifacts.litert.sharing_builder import SharingBuilder

Kind = schema.BuiltinOperator


class Graph:
    """The operators and constants of one file.

    Reading and writing puts every weight inside the flatbuffer: ai-edge-quantizer leaves them
    after its end, where metadata writers destroy them and other readers do not look.

    Args:
        content: The content of a `.tflite` file.

    Attributes:
        tensors: Tensors of the main graph, in the schema's own type.
        operators: Its operators, in order of execution.
    """

    def __init__(self, content: bytes) -> None:
        self._model = flatbuffer_utils.read_model_from_bytearray(content)
        for buffer in self._model.buffers:
            # As an array it is written in one piece, otherwise byte by byte: minutes for a BERT.
            if buffer.data is not None:
                buffer.data = np.frombuffer(buffer.data, np.uint8)
        self.tensors: list[Any] = self._model.subgraphs[0].tensors
        self.operators: list[Any] = self._model.subgraphs[0].operators

    def kind(self, operator: Any) -> int:
        """Return which of the built-in operators this is."""
        code = self._model.operatorCodes[operator.opcodeIndex]
        return flatbuffer_utils.get_builtin_code_from_operator_code(code)

    def of_kinds(self, *kinds: int) -> Iterator[Any]:
        """Iterate over the operators of these kinds."""
        return (operator for operator in self.operators if self.kind(operator) in kinds)

    def name(self, index: int) -> str:
        """Return a tensor's name."""
        return self.tensors[index].name.decode()

    def constant(self, index: int) -> np.ndarray | None:
        """Read a float32 constant, or return None if the tensor is not one."""
        tensor = self.tensors[index]
        data = self._model.buffers[tensor.buffer].data
        if data is None or tensor.type != schema.TensorType.FLOAT32:
            return None
        return data.view(np.float32).reshape(tensor.shape)

    def is_computed(self, index: int) -> bool:
        """Return whether a tensor is computed or fed, not constant."""
        return self._model.buffers[self.tensors[index].buffer].data is None

    def compact(self) -> None:
        """Drop tensors that nothing uses, and names: in a small file they take a tenth of it.

        A constant has no name any more and a result its number, since some readers tell results
        apart by names. Inputs and outputs keep theirs.
        """
        graph = self._model.subgraphs[0]
        used = {i for o in self.operators for i in (*o.inputs, *o.outputs) if i >= 0}
        kept = sorted(used | {int(index) for index in (*graph.inputs, *graph.outputs)})
        numbers = {old: new for new, old in enumerate(kept)} | {-1: -1}
        self.tensors[:] = [self.tensors[old] for old in kept]
        for part in (graph, *self.operators):
            part.inputs = [numbers[index] for index in part.inputs]
            part.outputs = [numbers[index] for index in part.outputs]
        for entry in self._signed():
            entry.tensorIndex = numbers[entry.tensorIndex]
        signed = {*graph.inputs, *graph.outputs}
        for index, tensor in enumerate(self.tensors):
            if index not in signed:
                tensor.name = str(index).encode() if self.is_computed(index) else b""

    def add_constant(self, name: str, values: np.ndarray) -> int:
        """Add a constant and return its index."""
        kinds = {"float32": schema.TensorType.FLOAT32, "float16": schema.TensorType.FLOAT16}
        buffer = schema.BufferT(data=np.frombuffer(values.tobytes(), np.uint8))
        self._model.buffers.append(buffer)
        return self._add_tensor(name, values.shape, kinds[values.dtype.name], self._last_buffer())

    def add_result(self, name: str, shape: tuple[int, ...]) -> int:
        """Add a float32 tensor that an operator will compute and return its index."""
        self._model.buffers.append(schema.BufferT())
        return self._add_tensor(name, shape, schema.TensorType.FLOAT32, self._last_buffer())

    def make_operator(self, kind: int, inputs: list[int], outputs: list[int]) -> Any:
        """Make an operator without options; its place in `operators` is the caller's choice."""
        codes = self._model.operatorCodes
        small = min(kind, Kind.PLACEHOLDER_FOR_GREATER_OP_CODES)
        codes.append(schema.OperatorCodeT(deprecatedBuiltinCode=small, builtinCode=kind, version=3))
        return schema.OperatorT(opcodeIndex=len(codes) - 1, inputs=inputs, outputs=outputs)

    def to_bytes(self) -> bytes:
        """Write the file, leaving out constants that nothing uses any more."""
        used = {index for operator in self.operators for index in operator.inputs}
        used |= set(self._model.subgraphs[0].outputs)
        kept = {self.tensors[index].buffer for index in used if index >= 0}
        for tensor in (t for graph in self._model.subgraphs[1:] for t in graph.tensors):
            kept.add(tensor.buffer)
        kept |= {metadata.buffer for metadata in self._model.metadata or []}
        for number, buffer in enumerate(self._model.buffers):
            if number not in kept:
                buffer.data = None
        builder = SharingBuilder()
        builder.Finish(self._model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())

    def _signed(self) -> Iterator[Any]:
        for signature in self._model.signatureDefs or []:
            yield from (*signature.inputs, *signature.outputs)

    def _last_buffer(self) -> int:
        return len(self._model.buffers) - 1

    def _add_tensor(self, name: str, shape: tuple[int, ...], kind: int, buffer: int) -> int:
        self.tensors.append(
            schema.TensorT(shape=list(shape), type=kind, buffer=buffer, name=name.encode())
        )
        return len(self.tensors) - 1
