"""Domain adaptation of any functional Keras classifier."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.adaptation.domains.domain_rows import DomainRows
from kerastl.adaptation.domains.inputs import count, joined, named, taken
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.adaptation.methods.resolve import resolve_method
from kerastl.basics.arguments import (
    check_count,
    check_flag,
    check_number,
    check_seed,
    check_verbose,
)
from kerastl.basics.keras_models.precision import check_float32_weights
from kerastl.basics.known_options import known_options
from kerastl.basics.printer import printer
from kerastl.training.phases.phase import Phase

if TYPE_CHECKING:
    import keras

    from kerastl.adaptation.domains.inputs import Inputs
    from kerastl.adaptation.verdict.verdict import Verdict
    from kerastl.training.checkpoint.checkpoint import Checkpoint


class Adapter:
    """Adapt your own Keras classifier from a labelled source to an unlabelled target.

    For images and texts, use the `adapt_to` argument of a recipe's `fit`. An adapter is for other
    models that take arrays, such as small networks on tabular data.

    Args:
        model: A functional model that ends in class probabilities. It is trained in place and
            gets no additional layers.
        method: A method of `kerastl.adaptation`, by name or object. Defaults to `"dann"`.
        aligned: Name of the layer whose output, of shape `(batch, width)`, is aligned. Defaults to
            the layer before the last one.

    Attributes:
        verdict: Whether the last `fit` helped, a `kerastl.adaptation.Verdict`; None before.

    Raises:
        ValueError: If the model is not functional, or has no layer `aligned`.

    Example:

    ```python
    adapter = Adapter(model, "dann", aligned="features")
    adapter.fit((x_source, y_source), x_target, epochs=20)
    print(adapter.verdict)
    ```
    """

    def __init__(
        self,
        model: keras.Model,
        method: str | AdaptationMethod = "dann",
        aligned: str | None = None,
    ) -> None:
        from kerastl.adaptation.training.layers_of_model import layer_output

        self.model = model
        self.method = resolve_method(method)
        self.aligned = aligned or _layer_before_the_last(model)
        layer_output(model, self.aligned)
        check_float32_weights(model)
        self.verdict: Verdict | None = None

    @known_options()
    def fit(
        self,
        source: tuple[Inputs, np.ndarray],
        target: Inputs | tuple[Inputs, np.ndarray],
        *,
        validation: tuple[Inputs, np.ndarray] | None = None,
        schedule: Sequence[Phase] | None = None,
        epochs: int = 20,
        learning_rate: float = 1e-3,
        batch_size: int = 32,
        seed: int = 0,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        keep_adapted: bool = False,
        checkpoint: Checkpoint | str | os.PathLike[str] | None = None,
        resume: bool = False,
        verbose: Any = "auto",
    ) -> keras.callbacks.History:
        """Train the source-only baseline and the adapted model, and keep the better one.

        Args:
            source: Inputs of the model, and integer labels of shape `(examples,)`.
            target: Inputs of the model from the target domain. Labels that come with them are
                ignored, and a message is printed.
            validation: Source examples to measure on, with labels. Defaults to a stratified fifth
                of the source, which is held out.
            schedule: A list of phases. Defaults to one phase that trains all trainable layers.
            epochs: Epochs over the source; ignored with `schedule`. Defaults to 20.
            learning_rate: Peak learning rate of phases that set none. Defaults to 1e-3.
            batch_size: Source examples in a batch; a method that pairs domains adds as many target
                examples. Defaults to 32.
            seed: Seed of all random choices. Defaults to 0.
            callbacks: Keras callbacks, which see the training of the adapted model as one
                training. They may not set the learning rate.
            keep_adapted: Whether to keep the adapted model even if the verdict advises the
                baseline. Defaults to False.
            checkpoint: A directory for the state of the run, written after every epoch and phase
                and deleted when `fit` is done. Defaults to None: nothing is written.
            resume: Continue from the state in `checkpoint`, if there is one. Defaults to False.
            verbose: As for `keras.Model.fit`.

        Returns:
            The adapted model's history.

        Raises:
            ValueError: If the inputs or the labels do not match each other or the model.
            RuntimeError: If another run is using the directory `checkpoint`.
            FloatingPointError: If a loss becomes NaN or infinite.
        """
        import keras

        from kerastl.adaptation.adapt_and_compare import AdaptationRun
        from kerastl.adaptation.domains.array_examples import ArrayExamples
        from kerastl.adaptation.training.adaptation_step import AdaptationStep
        from kerastl.callbacks.checked_callbacks import checked_callbacks
        from kerastl.training.cache.feature_cache import FeatureCache
        from kerastl.training.cache.open_cache import OpenFeatureCache
        from kerastl.training.checkpoint.open_checkpoint import open_checkpoint

        callbacks = checked_callbacks(callbacks)
        check_count("epochs", epochs)
        check_number("learning_rate", learning_rate, "(0, inf)")
        check_count("batch_size", batch_size)
        check_seed(seed)
        check_flag("keep_adapted", keep_adapted)
        check_flag("resume", resume)
        check_verbose(verbose)
        say = printer(verbose)
        if isinstance(target, tuple):
            target = target[0]
            say("The target's labels are not used")
        inputs, labels = source
        labels = np.asarray(labels)
        classes = int(self.model.outputs[0].shape[-1])
        _check_alike(inputs, target, labels, classes)
        if validation is None:
            inputs, labels, validation = _held_out(inputs, labels, seed)
        rows = DomainRows.of([labels], count(target), validation=np.asarray(validation[1]))
        both = joined(inputs, target)
        phases = schedule or [Phase("all", epochs=epochs, learning_rate=learning_rate)]
        keras.utils.set_random_seed(seed)

        def make_step(chosen: AdaptationMethod | None) -> AdaptationStep:
            halves = chosen is not None and chosen.pairs
            size = batch_size * (2 if halves else 1)
            examples = ArrayExamples(both, validation[0], classes, size)
            return AdaptationStep(self.model, examples, seed, self.aligned, rows, chosen)

        with (
            open_checkpoint(checkpoint, resume, verbose) as saved,
            OpenFeatureCache(FeatureCache(), say) as features,
        ):
            run = AdaptationRun(
                make_step, phases, features, learning_rate, callbacks, saved, verbose=verbose
            )
            adapted = run.compare(self.method, seed, keep_adapted)
        self.verdict = adapted.verdict
        say(self.verdict)
        return adapted.history

    def __repr__(self) -> str:
        state = "not fitted" if self.verdict is None else f"weights: {self.verdict.weights}"
        return f"Adapter({self.model.name!r}, {self.method!r}, aligned={self.aligned!r}; {state})"


def _layer_before_the_last(model: keras.Model) -> str:
    from kerastl.backbones.graph import nodes_in_order

    if not hasattr(model, "_nodes_by_depth"):
        raise ValueError(
            "`model` must be a functional or sequential Keras model, with a known graph of layers. "
            f"Received: {model!r}"
        )
    nodes = nodes_in_order(model)
    before = {id(tensor): node for node in nodes for tensor in node.output_tensors}
    last = nodes[-1].input_tensors[0]
    if id(last) not in before:
        raise ValueError(
            "A model with one layer has no features to align: add a layer before it. "
            f"Received: {model.name!r}"
        )
    return str(before[id(last)].operation.name)


def _check_alike(source: Inputs, target: Inputs, labels: np.ndarray, classes: int) -> None:
    ours, theirs = ({k: v.shape[1:] for k, v in named(x).items()} for x in (source, target))
    if ours != theirs:
        raise ValueError(
            "Source and target inputs must have the same names and shapes. "
            f"Received: {ours} and {theirs}"
        )
    if not count(target):
        raise ValueError("The target has no examples to adapt to. Received: 0 rows")
    if labels.shape != (count(source),) or labels.dtype.kind not in "iu":
        raise ValueError(
            "Labels must be integers, one for each source example. "
            f"Received: labels of shape {labels.shape} and type {labels.dtype} for "
            f"{count(source)} examples"
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"The model has {classes} outputs, so labels must be from 0 to {classes - 1}. "
            f"Received: labels from {labels.min()} to {labels.max()}"
        )
    if all(np.array_equal(each, named(source)[name]) for name, each in named(target).items()):
        raise ValueError(
            "The target is the source: pass examples of another domain. "
            f"Received: {count(target)} rows, the same ones twice"
        )


def _held_out(
    inputs: Inputs, labels: np.ndarray, seed: int
) -> tuple[Inputs, np.ndarray, tuple[Inputs, np.ndarray]]:
    from sklearn.model_selection import train_test_split

    train, held_out = train_test_split(
        np.arange(len(labels)), test_size=0.2, stratify=labels, random_state=seed
    )
    return taken(inputs, train), labels[train], (taken(inputs, held_out), labels[held_out])
