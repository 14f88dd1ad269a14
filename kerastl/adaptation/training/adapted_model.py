"""The Keras model that trains a classifier and an alignment loss together."""

from typing import Any

import keras
from keras import ops

from kerastl.adaptation.domains.domain_rows import DomainRows
from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.losses.domain_batch import DomainBatch, mean_over
from kerastl.adaptation.training.domain_moments import DomainMoments
from kerastl.adaptation.training.layers_of_model import layer_output, tail_of
from kerastl.training.losses.crossentropy import Crossentropy

_TASK_METRICS = ("task_loss", "accuracy")


class AdaptedModel(keras.Model):
    """Train a classifier with the task's loss plus an alignment loss on source and target.

    Source and target examples go through the model in one batch, whose `y` are row indices. The
    task's loss uses labelled examples only. The classifier keeps its layers: its predictions do
    not depend on the alignment.

    Args:
        model: A functional model that returns probabilities.
        aligned: Name of the layer whose output is aligned.
        rows: Label, domain and weight of every example.
        alignment: The alignment loss. None trains with the task's loss alone.
        steps: Number of batches in the whole training.
        loss: Loss of the task. Defaults to the log-loss.
        moments: Centre and scale of each domain's features. Source examples are standardized by
            the source in training, and all examples by the target in inference. Defaults to
            None: one standardization for both.

    Example:

    ```python
    adapted = AdaptedModel(model, "bottleneck", rows, alignment, steps=1000)
    adapted.compile(StagedAdamW(1e-3))
    adapted.fit(batches_of_inputs_and_row_numbers)
    ```
    """

    def __init__(
        self,
        model: keras.Model,
        aligned: str,
        rows: DomainRows,
        alignment: Alignment | None,
        steps: int,
        loss: keras.losses.Loss | None = None,
        moments: DomainMoments | None = None,
    ) -> None:
        super().__init__(name="adapted")
        outputs = {"features": layer_output(model, aligned), "probabilities": model.outputs[0]}
        if moments is not None:
            outputs["pooled"] = layer_output(model, "pooling")
        self.trained = keras.Model(model.input, outputs, name="features_and_probabilities")
        self._moments = moments
        self._tail = None if moments is None else tail_of(model, aligned)
        self.alignment = alignment
        self._task_loss = loss or Crossentropy()
        self._target = rows.target
        self._steps = steps
        fixed = {"trainable": False, "autocast": False, "initializer": "zeros"}
        count = (len(rows.labels),)
        self._labels = self.add_weight(count, dtype="int32", name="labels", **fixed)
        self._domains = self.add_weight(count, dtype="int32", name="domains", **fixed)
        self._weights = self.add_weight(count, dtype="float32", name="weights", **fixed)
        self._step = self.add_weight((), dtype="int32", name="step", **fixed)
        self.set_rows(rows)
        reported = alignment.metric_names if alignment is not None else ()
        self._tracked = {
            name: keras.metrics.Mean(name=name) for name in (*_TASK_METRICS, *reported)
        }
        self._measures_task_alone = False
        self.built = True

    def set_rows(self, rows: DomainRows) -> None:
        """Set labels, domains and weights, between two epochs."""
        self._labels.assign(rows.labels)
        self._domains.assign(rows.domains)
        self._weights.assign(rows.weights)

    def get_state(self) -> dict[str, Any]:
        """Return the number of steps so far, and the current labels and weights."""
        named = {"step": self._step, "labels": self._labels, "weights": self._weights}
        return {name: ops.convert_to_numpy(variable) for name, variable in named.items()}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        self._step.assign(state["step"])
        self._labels.assign(state["labels"])
        self._weights.assign(state["weights"])

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Return features and probabilities, by name."""
        return self.trained(inputs, training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the task's loss, plus the alignment loss in training."""
        labels = ops.take(self._labels, y)
        known = ops.cast(labels >= 0, "float32")
        domains = ops.take(self._domains, y)
        if self._moments is not None and self._tail is not None:
            own = self._moments.standardize(y_pred["pooled"], domains != self._target)
            y_pred = self._tail(own, training=training)
        features = ops.cast(y_pred["features"], "float32")
        probabilities = ops.cast(y_pred["probabilities"], "float32")
        losses = self._task_loss.call(ops.maximum(labels, 0), probabilities)
        # Over labelled examples alone: zeros for the others would lower the task's loss.
        total = task = mean_over(losses * ops.take(self._weights, y), known)
        right = ops.cast(ops.argmax(probabilities, axis=-1) == labels, "float32")
        counted = ops.sum(known)
        self._tracked["task_loss"].update_state(task, counted)
        self._tracked["accuracy"].update_state(mean_over(right, known), counted)
        self._measures_task_alone = not training
        if training and self.alignment is not None:
            progress = ops.cast(self._step, "float32") / self._steps
            self._step.assign_add(1)
            batch = DomainBatch(
                features,
                probabilities,
                labels,
                domains,
                self._target,
                ops.minimum(progress, 1.0),
                x,
            )
            loss, metrics = self.alignment.loss(batch)
            total = total + loss
            for name, value in metrics.items():
                self._tracked[name].update_state(value)
        return total

    def get_metrics_result(self) -> dict[str, Any]:
        """Return the metrics so far, without those of the alignment if it was not measured."""
        metrics: dict[str, Any] = super().get_metrics_result()
        if self._measures_task_alone:
            return {name: metrics[name] for name in ("loss", *_TASK_METRICS)}
        return metrics
