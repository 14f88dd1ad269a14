"""The SavedModel format: raw input to labels, for TensorFlow Serving."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.formats.format import ExportedFiles, ExportJob, ExportOptions, Format
from kerastl.artifacts.held_out import HeldOut
from kerastl.artifacts.saved_model.clean_process import running_in_clean_process
from kerastl.artifacts.saved_model.verify import check_as_server, check_same_model
from kerastl.artifacts.saved_model.write import (
    RAW_SIGNATURE,
    STRICT_SIGNATURE,
    TENSOR_SIGNATURE,
    write_saved_model,
)
from kerastl.artifacts.serving.operations import linked_libraries, served_operations
from kerastl.artifacts.serving.request_examples import write_request_examples
from kerastl.artifacts.serving.server_process import c_library
from kerastl.artifacts.serving.signature import ServedSignature
from kerastl.artifacts.serving.versions import next_version
from kerastl.artifacts.serving.warmup import write_warmup
from kerastl.basics.files.scratch import scratch_folder


class SavedModelFormat(Format):
    """A SavedModel in a numbered directory, with warm-up and example requests."""

    name: ClassVar[str] = "saved_model"
    packages: ClassVar[tuple[str, ...]] = ("tensorflow",)
    is_served: ClassVar[bool] = True
    times_raw_input: ClassVar[bool] = True

    def check(self, options: ExportOptions) -> None:
        """Check that TensorFlow's C library is there, where `check_server` needs it."""
        super().check(options)
        if options.check_server and c_library() is None:
            raise RuntimeError(
                "check_server=True runs the SavedModel in TensorFlow's C library, which this "
                "TensorFlow package does not contain: leave check_server out, or export on Linux. "
                "Received: check_server=True"
            )

    def make(self, job: ExportJob) -> ExportedFiles:
        """Write the SavedModel, run it in a process without Keras and compare it."""
        with self.making(job) as finish:
            return finish()

    @contextmanager
    def making(self, job: ExportJob) -> Iterator[Callable[[], ExportedFiles]]:
        """Write the SavedModel, and run it in a process without Keras while the block runs."""
        version = next_version(job.target / self.name)
        relative = Path(self.name, str(version))
        path = job.directory / relative
        write_saved_model(job.exportable, path, job.options.max_examples)
        operations = served_operations(path)
        libraries = linked_libraries(operations)
        raw = ServedSignature.read(path, RAW_SIGNATURE)
        samples = job.exportable.reader.samples()
        records = write_warmup(path, raw, ServedSignature.read(path, TENSOR_SIGNATURE), samples)
        with (
            tempfile.TemporaryDirectory(dir=job.directory) as folder,
            running_in_clean_process(path, job.examples, libraries, Path(folder)) as ask,
        ):

            def finish() -> ExportedFiles:
                answer = ask()
                check_same_model(job.exportable, job.examples, job.reference, answer)
                asked = 0
                if job.options.check_server:
                    asked = check_as_server(
                        path, raw, libraries, job.examples, answer, Path(folder)
                    )
                size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
                row = job.reference.compare(
                    self.name, relative, size, answer.scores, answer.latency_ms
                )
                if not row.kept:
                    shutil.rmtree(path)
                serving = {
                    **operations.describe(),
                    "max_examples": job.options.max_examples,
                    "warm_up_requests": records,
                    "asked_through_c_api": asked,
                    "requests": write_request_examples(job.directory, raw, samples[:1]),
                }
                description = {
                    "path": relative.as_posix(),
                    "version": version,
                    "signatures": answer.signatures,
                    "serving": serving,
                }
                return ExportedFiles((row,), description, () if row.kept else (row,))

            yield finish

    def run(self, path: Path, examples: HeldOut) -> np.ndarray:
        """Score raw examples in a process without Keras and kerastl."""
        libraries = linked_libraries(served_operations(path))
        running = running_in_clean_process
        with scratch_folder() as folder, running(path, examples, libraries, folder) as ask:
            return ask().scores

    def describe(self, artifacts: Sequence[Artifact], description: dict[str, Any]) -> list[str]:
        """Write how TensorFlow runs the SavedModel on raw input."""
        (name,) = description["signatures"][RAW_SIGNATURE]["inputs"]
        are_files = "bytes" in name
        # TensorFlow has the operations of a tokenizer only after this import.
        text = description["serving"]["custom_operations"]
        return [
            "### SavedModel",
            "",
            f"The command line takes {'the names of image files' if are_files else 'texts'}:",
            "",
            "```python",
            "import sys",
            *(["from pathlib import Path"] if are_files else []),
            "",
            "import tensorflow as tf",
            *(["import tensorflow_text"] if text else []),
            "",
            "given = [Path(name).read_bytes() for name in sys.argv[1:]]"
            if are_files
            else "given = sys.argv[1:]",
            f'served = tf.saved_model.load("{description["path"]}")',
            f'answer = served.signatures["{RAW_SIGNATURE}"]({name}=tf.constant(given))',
            "for output, values in answer.items():",
            "    print(output, values.numpy())",
            "```",
            "",
            "`error` is empty for an example with an answer; the signature "
            f"`{STRICT_SIGNATURE}` raises instead. A request has at most "
            f"{description['serving']['max_examples']} examples.",
        ]
