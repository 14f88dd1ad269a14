"""SavedModels that write a file when they are loaded or run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

PIXELS = tf.TensorSpec((None, 8, 8, 3), tf.float32, name="pixels")


def _dataset_record(target: str) -> None:
    content = tf.raw_ops.TensorSliceDataset(
        components=[tf.constant(["x"])], output_shapes=[tf.TensorShape(())]
    )
    tf.raw_ops.DatasetToTFRecord(input_dataset=content, filename=target, compression_type="")


def _summary(target: str) -> None:
    writer = tf.raw_ops.SummaryWriter()
    tf.raw_ops.CreateSummaryFileWriter(
        writer=writer, logdir=target, max_queue=1, flush_millis=1, filename_suffix=""
    )


def _debug(target: str) -> None:
    tf.raw_ops.DebugIdentity(input=tf.constant(1.0), debug_urls=[f"file://{target}"])


def _save_checkpoint(target: str) -> None:
    tf.raw_ops.SaveV2(
        prefix=target, tensor_names=["x"], shape_and_slices=[""], tensors=[tf.constant(1.0)]
    )


ACTIONS: dict[str, Callable[[str], Any]] = {
    "WriteFile": lambda target: tf.io.write_file(target, "x"),
    "PrintV2": lambda target: tf.print("x", output_stream=f"file://{target}"),
    "DatasetToTFRecord": _dataset_record,
    "CreateSummaryFileWriter": _summary,
    "DebugIdentity": _debug,
    "SaveV2": _save_checkpoint,
    "ReadFile": lambda target: tf.io.read_file(target),
    "MatchingFiles": lambda target: tf.io.matching_files(target),
    "InitializeTableFromTextFileV2": lambda target: tf.raw_ops.InitializeTableFromTextFileV2(
        table_handle=tf.raw_ops.AnonymousHashTable(key_dtype=tf.int64, value_dtype=tf.string),
        filename=target,
        key_index=-1,
        value_index=-2,
    ),
}


class Initializing(tf.saved_model.experimental.TrackableResource):
    """A resource whose initializer acts while the SavedModel is loaded."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__()
        self._act = act

    def _create_resource(self) -> Any:
        return tf.raw_ops.AnonymousHashTable(key_dtype=tf.int64, value_dtype=tf.int64)

    def _initialize(self) -> None:
        self._act()


def save(
    folder: Path,
    *,
    serving: Callable[[], Any] | None = None,
    initializer: Callable[[], Any] | None = None,
    unused: Callable[[], Any] | None = None,
    table: Any = None,
) -> Path:
    """Write a SavedModel of TensorFlow 2 that acts in some of its functions."""
    module = tf.Module()
    module.table = table
    module.kernel = tf.Variable(tf.ones((3, 5)))

    @tf.function(input_signature=[PIXELS])
    def call(pixels: Any) -> Any:
        if serving is not None:
            serving()
        return {"features": tf.nn.relu(tf.reduce_mean(pixels, (1, 2)) @ module.kernel)}

    if unused is not None:
        acting = unused
        module.unused = tf.function(lambda: [acting(), tf.constant(1.0)][1], input_signature=[])
    if initializer is not None:
        module.resource = Initializing(initializer)
    tf.saved_model.save(module, str(folder), {"serving_default": call})
    return folder


def save_first_version(
    folder: Path,
    main: Callable[[], Any] | None = None,
    *,
    restores: Callable[[], Any] | None = None,
) -> Path:
    """Write a SavedModel of TensorFlow 1, whose main operation runs when it is loaded."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        pixels = v1.placeholder(tf.float32, (None, 8, 8, 3))
        kernel = v1.get_variable("kernel", initializer=tf.ones((3, 5)), use_resource=True)
        features = tf.nn.relu(tf.reduce_mean(pixels, (1, 2)) @ kernel)
        operation = None if main is None else main()
        saver = v1.train.Saver()
        if restores is not None:
            saver.saver_def.restore_op_name = restores().name
        session.run(v1.global_variables_initializer())
        builder = v1.saved_model.Builder(str(folder))
        signature = v1.saved_model.predict_signature_def({"pixels": pixels}, {"features": features})
        builder.add_meta_graph_and_variables(
            session,
            ["serve"],
            {"serving_default": signature},
            main_op=operation,
            saver=saver,
        )
        builder.save()
    return folder


@contextmanager
def edited(folder: Path) -> Iterator[Any]:
    """Give the content of `saved_model.pb` to change, and write it back."""
    file = folder / "saved_model.pb"
    content = saved_model_pb2.SavedModel.FromString(file.read_bytes())
    yield content
    file.write_bytes(content.SerializeToString())
