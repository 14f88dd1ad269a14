"""Check the callbacks that a user passes to a training with phases."""

from collections.abc import Sequence
from typing import Any

import keras

from kerastl.callbacks.metric_direction import metric_direction
from kerastl.callbacks.unfreezing import Unfreezing

# What a callback sets, the classes that set it, and what to use in a training with phases.
_REFUSED = (
    (
        "the learning rate: the training has its own learning-rate schedule",
        (keras.callbacks.ReduceLROnPlateau, keras.callbacks.LearningRateScheduler),
        "Pass phases with a `learning_rate`, such as Phase('all', "
        "learning_rate=LearningRate(1e-4, 'cosine')); `patience` ends a phase early",
        "Pass `learning_rate`, the peak of the schedule",
    ),
    (
        "which part of the model trains; it is for the `fit` of a Keras model",
        (Unfreezing,),
        "Pass one phase for each part, such as [Phase('head'), Phase('last:1')]",
        "Leave it out",
    ),
    (
        "the weights: the training selects them",
        (keras.callbacks.SwapEMAWeights,),
        "Pass phases with keep='average', which average weights",
        "Leave it out",
    ),
)


def checked_callbacks(callbacks: Any, *, takes_phases: bool = True) -> list[Any]:
    """Return a user's callbacks as a list, if they can run in a training with phases.

    A callback that monitors a metric with `mode="auto"` gets the direction of the metric, which
    Keras infers for its own metrics only.

    Args:
        callbacks: A Keras callback, a sequence of them, or None.
        takes_phases: Whether the called function takes phases. Defaults to True.

    Raises:
        ValueError: If a value is not a callback, or if a callback sets the learning rate, the
            trainable part or the weights, which the phases do.

    Example:

    >>> len(checked_callbacks(keras.callbacks.EarlyStopping()))
    1
    """
    if callbacks is None:
        return []
    if isinstance(callbacks, keras.callbacks.CallbackList):
        callbacks = callbacks.callbacks
    given = [callbacks] if isinstance(callbacks, keras.callbacks.Callback) else callbacks
    if isinstance(given, str | bytes) or not isinstance(given, Sequence | set | frozenset):
        raise _not_callbacks(given)
    for callback in given:
        if not isinstance(callback, keras.callbacks.Callback):
            raise _not_callbacks(callback)
        _check(callback, takes_phases)
        if getattr(callback, "mode", None) == "auto" and hasattr(callback, "monitor"):
            callback.mode = metric_direction(str(callback.monitor)) or "auto"
    return list(given)


def _check(callback: keras.callbacks.Callback, takes_phases: bool) -> None:
    for what, classes, with_phases, without in _REFUSED:
        if isinstance(callback, classes):
            raise ValueError(
                f"A callback cannot set {what}. {with_phases if takes_phases else without}. "
                f"Received: {_kind(callback, classes)}"
            )


def _kind(callback: keras.callbacks.Callback, classes: tuple[type, ...]) -> str:
    name = type(callback).__name__
    base = next(each.__name__ for each in type(callback).__mro__ if each in classes)
    return name if base in (name, "Unfreezing") else f"{name}, a {base}"


def _not_callbacks(given: Any) -> ValueError:
    kind = f"the class {given.__name__}" if isinstance(given, type) else repr(given)
    made = ": make an object of it" if isinstance(given, type) else ""
    return ValueError(
        f"`callbacks` must be a list of objects of keras.callbacks.Callback{made}. Received: {kind}"
    )
