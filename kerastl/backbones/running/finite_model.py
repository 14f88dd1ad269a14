"""Check that a model answers with numbers: no weight and no output is NaN or infinite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.backbones.running.run_in_order import PADDING_MASK, run_in_order
from kerastl.basics.progress import Advance, step

if TYPE_CHECKING:
    import keras

_NAMED = 5


def finite_outputs(model: keras.Model, batches: Any) -> np.ndarray:
    """Return the outputs of a model, with the examples as first axis.

    Args:
        model: A built model.
        batches: The inputs, as `model.predict` takes them.

    Raises:
        ValueError: If a weight or an output is NaN or infinite.
    """
    check_finite_weights(model)
    import keras

    with step("Predicting", _count(batches)) as advance:
        spec = getattr(batches, "element_spec", None)
        if isinstance(spec, dict) and PADDING_MASK in spec:
            outputs = _of_texts(model, batches, advance)
        else:
            ticks = keras.callbacks.LambdaCallback(
                on_predict_batch_end=lambda batch, logs: advance(1)
            )
            outputs = np.asarray(model.predict(batches, verbose=0, callbacks=[ticks]))
    check_finite_outputs(outputs)
    return outputs


def _of_texts(model: keras.Model, batches: Any, advance: Advance) -> np.ndarray:
    """Return the outputs for a `tf.data.Dataset` of token ids, without the cost of padding."""

    def read() -> Iterator[tuple]:
        for batch in batches.as_numpy_iterator():
            yield (batch,)
            advance(1)

    return np.concatenate([outputs for outputs, _ in run_in_order(model, read())])


def _count(batches: Any) -> int | None:
    """Return the number of batches, or None if it is not known."""
    if not hasattr(batches, "cardinality"):
        return None
    count = int(batches.cardinality())
    return count if count >= 0 else None


def check_finite_weights(model: keras.Model) -> None:
    """Check the weights of a model.

    Outputs may hide such a weight: a fused ReLU turns NaN into 0.

    Args:
        model: A built model.

    Raises:
        ValueError: If a weight is NaN or infinite. The error names the first ones.
    """
    import keras
    from keras import ops

    floats = [each for each in model.variables if keras.backend.is_float_dtype(each.dtype)]
    # One NaN or infinity shows in a sum, which is read from all variables at once.
    sums = [ops.cast(ops.sum(each.value), "float32") for each in floats]
    if not floats or np.isfinite(np.asarray(ops.stack(sums))).all():
        return
    # A sum of large weights may overflow.
    broken = [each.path for each in floats if not bool(ops.all(ops.isfinite(each.value)))]
    if broken:
        raise ValueError(
            "The model has weights that are NaN or infinite, so its answers mean nothing: train "
            "it again with a lower learning rate, or load weights that are not damaged. "
            f"Received: {len(broken)} of {len(floats)} variables, {_listed(broken)}"
        )


def check_finite_outputs(
    outputs: np.ndarray, kind: str = "example", numbers: Any = None, total: int | None = None
) -> None:
    """Check the outputs of a model, or vectors that one gave.

    Args:
        outputs: Shape `(examples, ...)`.
        kind: What an example is, for the error. Defaults to `"example"`.
        numbers: The number of each example. Defaults to None: its position.
        total: The number of all examples. Defaults to None: those of `outputs`.

    Raises:
        ValueError: If an output is NaN or infinite. The error names the first examples.
    """
    finite = np.isfinite(outputs)
    if finite.all():
        return
    rows = np.flatnonzero(~finite.reshape(len(outputs), -1).all(axis=1))
    named = rows if numbers is None else np.asarray(numbers)[rows]
    raise ValueError(
        "The model's outputs are NaN or infinite: check the values of these inputs, and the "
        f"model's precision. Received: {len(rows)} of {total or len(outputs)} {kind}s with such "
        f"outputs, number {_listed(named.tolist())}"
    )


def _listed(names: list[Any]) -> str:
    return ", ".join(map(str, names[:_NAMED])) + (", ..." if len(names) > _NAMED else "")
