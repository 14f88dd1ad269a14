"""A `.tflite` file with access to its signature and its metadata entries."""

import copy

from ai_edge_litert import schema_py_generated as schema

from kerastl.artifacts.litert.graph import Graph

Shapes = dict[str, tuple[int, ...]]


class MetadataGraph(Graph):
    """A graph whose inputs, outputs and metadata entries can be read and extended."""

    def inputs(self) -> Shapes:
        """Return the shape of each input by name, in the order of the file."""
        return self._shapes(self._subgraph.inputs, self._signature.inputs)

    def outputs(self) -> Shapes:
        """Return the shape of each output by name, in the order of the file."""
        return self._shapes(self._subgraph.outputs, self._signature.outputs)

    def add_unread_input(self, name: str, like: str) -> None:
        """Add an input, of the type and shape of another, that no operator reads."""
        (index,) = (entry.tensorIndex for entry in self._signature.inputs if _is(entry, like))
        tensor = copy.copy(self.tensors[index])
        self._model.buffers.append(schema.BufferT())
        tensor.name, tensor.buffer = name.encode(), self._last_buffer()
        self.tensors.append(tensor)
        self._subgraph.inputs = [*self._subgraph.inputs, len(self.tensors) - 1]
        # LiteRT refuses a signature in which an input is missing.
        named = schema.TensorMapT(name=name.encode(), tensorIndex=len(self.tensors) - 1)
        self._signature.inputs = [*self._signature.inputs, named]

    def put_output_first(self, name: str) -> None:
        """Make an output the first one, for readers that know outputs by their place."""
        (index,) = (entry.tensorIndex for entry in self._signature.outputs if _is(entry, name))
        others = [each for each in self._subgraph.outputs if each != index]
        self._subgraph.outputs = [index, *others]

    def has_metadata(self, name: str) -> bool:
        """Return whether there is a metadata entry of this name."""
        return any(_is(entry, name) for entry in self._model.metadata or [])

    def add_metadata(self, name: str, data: bytes) -> None:
        """Add a metadata entry."""
        self._model.buffers.append(schema.BufferT(data=data))
        entry = schema.MetadataT(name=name.encode(), buffer=self._last_buffer())
        self._model.metadata = [*(self._model.metadata or []), entry]

    def _shapes(self, indices: list[int], entries: list[schema.TensorMapT]) -> Shapes:
        named = {entry.tensorIndex: entry.name.decode() for entry in entries}
        return {
            named.get(index, self.name(index)): tuple(map(int, self.tensors[index].shape))
            for index in indices
        }

    @property
    def _subgraph(self) -> schema.SubGraphT:
        return self._model.subgraphs[0]

    @property
    def _signature(self) -> schema.SignatureDefT:
        return self._model.signatureDefs[0]


def _is(entry: schema.MetadataT | schema.TensorMapT, name: str) -> bool:
    return entry.name == name.encode()
