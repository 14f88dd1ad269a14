"""A program that runs a SavedModel through TensorFlow's C API, as TensorFlow Serving does.

It needs the shared libraries of a TensorFlow wheel and NumPy; Python's own `tensorflow`, Keras and
kerastl are never imported. The server loads a SavedModel with the same C++ loader, and knows the
same operations: those of TensorFlow, and of the tensorflow-text libraries that it links.

It is started as `python c_session.py REQUEST ANSWER`. REQUEST is an `.npz` file with `plan` (JSON:
`tensorflow`, the directory with the libraries; `libraries`, files with more operations;
`directory`, of the SavedModel; `inputs` and `outputs`, tensor names by name), `raw` (bytes of all
examples, joined) and `lengths`. ANSWER becomes an `.npz` file with `scores` and, as JSON, `found`.
Sources: `tensorflow/c/c_api.h`, `tf_tensor.h` and `tf_tstring.h` of the wheel.
"""

import contextlib
import ctypes
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

_STRING = 7
_DTYPES = {1: np.float32, 2: np.float64, 3: np.int32, 4: np.uint8, 9: np.int64, 10: np.bool_}
_BATCH = 32


class _Output(ctypes.Structure):
    _fields_ = (("operation", ctypes.c_void_p), ("index", ctypes.c_int))


class _String(ctypes.Structure):
    # TF_TString is a union of 24 bytes.
    _fields_ = (("content", ctypes.c_byte * 24),)


class CSession:
    """A SavedModel in a session of TensorFlow's C API.

    Args:
        tensorflow: The directory of the installed `tensorflow` package.
        libraries: Shared libraries with more operations, loaded first.
        directory: The directory that holds `saved_model.pb`.

    Raises:
        RuntimeError: If the SavedModel does not load, for example because of an unknown operation.

    Example:

    ```python
    session = CSession("site-packages/tensorflow", [], "out/trash/saved_model/1")
    session.run({"serving_default_text:0": [b"Fine."]}, ["StatefulPartitionedCall:1"])
    ```
    """

    def __init__(self, tensorflow: str, libraries: list[str], directory: str) -> None:
        self._open(Path(tensorflow))
        for library in libraries:
            with self._status() as status:
                self._tf.TF_LoadLibrary(library.encode(), status)
        options = self._tf.TF_NewSessionOptions()
        self._graph = self._tf.TF_NewGraph()
        tags = (ctypes.c_char_p * 1)(b"serve")
        with self._status() as status:
            self._session = self._tf.TF_LoadSessionFromSavedModel(
                options, None, directory.encode(), tags, 1, self._graph, None, status
            )
        self._tf.TF_DeleteSessionOptions(options)

    def run(self, feeds: dict[str, Any], fetches: list[str]) -> list[np.ndarray]:
        """Compute tensors of the graph from others.

        Args:
            feeds: Arrays, or lists of bytes for strings, by tensor name such as `"text:0"`.
            fetches: Names of the tensors to return.

        Returns:
            An array for each fetch; strings as an array of bytes objects.

        Raises:
            RuntimeError: If TensorFlow returns an error. The session stays usable.
        """
        count = len(fetches)
        inputs = (_Output * len(feeds))(*(self._output(name) for name in feeds))
        outputs = (_Output * count)(*(self._output(name) for name in fetches))
        values = (ctypes.c_void_p * len(feeds))(*(self._tensor(v) for v in feeds.values()))
        results = (ctypes.c_void_p * count)()
        try:
            with self._status() as status:
                self._tf.TF_SessionRun(
                    self._session, None, inputs, values, len(feeds), outputs, results, count,
                    None, 0, None, status,
                )  # fmt: skip
            return [self._array(result) for result in results if result]
        finally:
            for tensor in (*values, *results):
                if tensor:
                    self._tf.TF_DeleteTensor(tensor)

    def _open(self, package: Path) -> None:
        for name in ("libtensorflow_framework.so.2", "libtensorflow_cc.so.2"):
            library = ctypes.CDLL(str(package / name), ctypes.RTLD_GLOBAL)
        self._tf = library
        pointers = (
            "TF_NewStatus TF_NewGraph TF_NewSessionOptions TF_LoadSessionFromSavedModel "
            "TF_LoadLibrary TF_GraphOperationByName TF_AllocateTensor TF_TensorData "
            "TF_StringGetDataPointer"
        )
        for name in pointers.split():
            getattr(library, name).restype = ctypes.c_void_p
        library.TF_Message.restype = ctypes.c_char_p
        for name in ("TF_Dim", "TF_TensorElementCount"):
            getattr(library, name).restype = ctypes.c_int64
        for name in ("TF_TensorByteSize", "TF_StringGetSize"):
            getattr(library, name).restype = ctypes.c_size_t
        # Without declared types ctypes would cut pointers to 32 bits.
        pointer, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
        arguments: dict[str, list[Any]] = {
            "TF_GetCode": [pointer], "TF_Message": [pointer], "TF_DeleteStatus": [pointer],
            "TF_LoadLibrary": [text, pointer], "TF_DeleteSessionOptions": [pointer],
            "TF_LoadSessionFromSavedModel": [
                pointer, pointer, text, ctypes.POINTER(text), ctypes.c_int, pointer, pointer,
                pointer,
            ],
            "TF_GraphOperationByName": [pointer, text],
            "TF_AllocateTensor": [
                ctypes.c_int, ctypes.POINTER(ctypes.c_int64), ctypes.c_int, size
            ],
            "TF_DeleteTensor": [pointer], "TF_TensorData": [pointer], "TF_TensorType": [pointer],
            "TF_NumDims": [pointer], "TF_Dim": [pointer, ctypes.c_int],
            "TF_TensorByteSize": [pointer], "TF_TensorElementCount": [pointer],
            "TF_StringInit": [pointer], "TF_StringAssignView": [pointer, text, size],
            "TF_StringGetDataPointer": [pointer], "TF_StringGetSize": [pointer],
            "TF_SessionRun": [
                pointer, pointer, ctypes.POINTER(_Output), ctypes.POINTER(pointer), ctypes.c_int,
                ctypes.POINTER(_Output), ctypes.POINTER(pointer), ctypes.c_int, pointer,
                ctypes.c_int, pointer, pointer,
            ],
        }  # fmt: skip
        for name, types in arguments.items():
            getattr(library, name).argtypes = types

    @contextlib.contextmanager
    def _status(self) -> Iterator[int]:
        status = self._tf.TF_NewStatus()
        try:
            yield status
            if self._tf.TF_GetCode(status):
                raise RuntimeError(self._tf.TF_Message(status).decode(errors="replace"))
        finally:
            self._tf.TF_DeleteStatus(status)

    def _output(self, tensor: str) -> _Output:
        name, _, index = tensor.partition(":")
        operation = self._tf.TF_GraphOperationByName(self._graph, name.encode())
        if not operation:
            raise RuntimeError(f"The graph has no such tensor. Received: {tensor!r}")
        return _Output(operation, int(index or 0))

    def _tensor(self, values: Any) -> int:
        if not isinstance(values, np.ndarray):
            return self._strings(values)
        code = next(code for code, dtype in _DTYPES.items() if values.dtype == dtype)
        shape = (ctypes.c_int64 * values.ndim)(*values.shape)
        tensor = self._tf.TF_AllocateTensor(code, shape, values.ndim, values.nbytes)
        content = np.ascontiguousarray(values)
        ctypes.memmove(self._tf.TF_TensorData(tensor), content.ctypes.data, content.nbytes)
        return int(tensor)

    def _strings(self, values: list[bytes]) -> int:
        size = ctypes.sizeof(_String)
        shape = (ctypes.c_int64 * 1)(len(values))
        tensor = self._tf.TF_AllocateTensor(_STRING, shape, 1, size * len(values))
        start = self._tf.TF_TensorData(tensor)
        for number, value in enumerate(values):
            self._tf.TF_StringInit(start + size * number)
            # A view, since nothing frees a copy: the caller holds the bytes until the run is over.
            self._tf.TF_StringAssignView(start + size * number, value, len(value))
        return int(tensor)

    def _array(self, tensor: int) -> np.ndarray:
        shape = [self._tf.TF_Dim(tensor, axis) for axis in range(self._tf.TF_NumDims(tensor))]
        start, code = self._tf.TF_TensorData(tensor), self._tf.TF_TensorType(tensor)
        if code == _STRING:
            places = (
                start + ctypes.sizeof(_String) * number
                for number in range(self._tf.TF_TensorElementCount(tensor))
            )
            strings = [
                ctypes.string_at(
                    self._tf.TF_StringGetDataPointer(place), self._tf.TF_StringGetSize(place)
                )
                for place in places
            ]
            return np.array(strings, object).reshape(shape)
        content = ctypes.string_at(start, self._tf.TF_TensorByteSize(tensor))
        return np.frombuffer(content, _DTYPES[code]).reshape(shape)


def main(request_path: str, answer_path: str) -> None:
    """Compute scores and labels of every raw example."""
    request = np.load(request_path, allow_pickle=False)
    plan = json.loads(str(request["plan"]))
    session = CSession(plan["tensorflow"], plan["libraries"], plan["directory"])
    ends = np.cumsum(request["lengths"])
    joined = request["raw"].tobytes()
    raw = [joined[end - size : end] for end, size in zip(ends, request["lengths"], strict=True)]
    (fed,) = plan["inputs"].values()
    fetched = [plan["outputs"][name] for name in ("scores", "label") if name in plan["outputs"]]
    scores, labels = [], []
    for start in range(0, len(raw), _BATCH):
        some_scores, *more = session.run({fed: raw[start : start + _BATCH]}, fetched)
        scores.append(some_scores)
        labels += [label.decode() for some in more for label in some]
    loaded = sorted({"tensorflow", "keras", "kerastl"} & set(sys.modules))
    found = json.dumps({"label": labels, "loaded": loaded})
    np.savez(answer_path, scores=np.concatenate(scores), found=np.array(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
