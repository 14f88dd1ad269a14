"""A program that runs a SavedModel as a server would: with TensorFlow and without Keras.

It is started as `python serve_alone.py DIRECTORY REQUEST ANSWER`. Importing Keras, keras-hub or
kerastl is blocked first, so that a SavedModel that needs them fails.
REQUEST is an `.npz` file with `raw` (UTF-8 or image bytes, joined), `lengths`, `libraries` (paths
of more operations, since importing tensorflow-text needs Keras), and each of the model's own inputs
as `inputs_NAME`; ANSWER becomes an `.npz` file with the scores and, as JSON, all other results.
"""

import json
import sys
import time

FORBIDDEN = ("keras", "tf_keras", "keras_hub", "kerastl")
for name in FORBIDDEN:
    sys.modules[name] = None  # type: ignore[assignment]

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

BATCH = 32


def main(directory: str, request_path: str, answer_path: str) -> None:
    """Run every example through both signatures, and time single raw examples."""
    request = np.load(request_path, allow_pickle=False)
    ends = np.cumsum(request["lengths"])
    joined = request["raw"].tobytes()
    raw = [joined[end - size : end] for end, size in zip(ends, request["lengths"], strict=True)]
    tensors = {
        name.removeprefix("inputs_"): request[name]
        for name in request.files
        if name.startswith("inputs_")
    }
    for library in request["libraries"]:
        tf.load_op_library(str(library))
    loaded = tf.saved_model.load(directory)
    serve, serve_tensors = loaded.signatures["serving_default"], loaded.signatures["tensors"]
    (raw_name,) = serve.structured_input_signature[1]
    answers, tensor_scores = [], []
    for start in range(0, len(raw), BATCH):
        part = slice(start, start + BATCH)
        answers.append(serve(**{raw_name: tf.constant(raw[part])}))
        batch = {name: tf.constant(values[part]) for name, values in tensors.items()}
        tensor_scores.append(serve_tensors(**batch)["scores"].numpy())
    times = []
    for item in [raw[0], *raw[:20]]:
        start_time = time.perf_counter()
        serve(**{raw_name: tf.constant([item])})["scores"].numpy()
        times.append(time.perf_counter() - start_time)
    classifies = "label" in answers[0]
    found = {
        "label": [name.decode() for a in answers for name in a["label"].numpy()]
        if classifies
        else [],
        "errors": [reason.decode() for a in answers for reason in a["error"].numpy()],
        "labels": [name.decode() for name in answers[0]["labels"].numpy()[0]] if classifies else [],
        # The first call compiles and is left out.
        "latency_ms": float(np.median(times[1:]) * 1000),
        "signatures": {
            name: {
                "inputs": _describe(function.structured_input_signature[1]),
                "outputs": _describe(function.structured_outputs),
            }
            for name, function in loaded.signatures.items()
        },
    }
    np.savez(
        answer_path,
        scores=np.concatenate([a["scores"].numpy() for a in answers]),
        tensor_scores=np.concatenate(tensor_scores),
        found=np.array(json.dumps(found)),
    )


def _describe(specs: dict) -> dict:
    return {
        name: {"shape": spec.shape.as_list(), "dtype": spec.dtype.name}
        for name, spec in specs.items()
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
