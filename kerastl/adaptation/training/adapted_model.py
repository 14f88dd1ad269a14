"""A model while it learns from one domain and is fitted to another."""

from typing import Any

import keras
from keras import ops

from kerastl.adaptation.domains.domain_rows import DomainRows
from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.losses.domain_batch import DomainBatch, mean_over
from kerastl.backbones.graph import nodes_in_order
from kerastl.training.losses.crossentropy import Crossentropy

_TASK_METRICS = ("task_loss", "accuracy")


class AdaptedModel(keras.Model):
    """Train a model on the labelled examples of a batch, and an alignment on all of them.

    Source and target go through the model in one batch, whose `y` are numbers of rows. The model
    itself stays as it is: what it predicts does not depend on the alignment.

    Args:
        model: A functional model that gives probabilities.
        aligned: Name of the layer whose output is aligned.
        rows: What is known of every example.
        alignment: Gives the loss beside the task's. Defaults to None: none.
        steps: Batches of the whole training.
        loss: The task's. Defaults to the log-loss.

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
    ) -> None:
        super().__init__(name="adapted")
        self.trained = keras.Model(
            model.input,
            {"features": layer_output(model, aligned), "probabilities": model.outputs[0]},
            name="features_and_probabilities",
        )
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
        """Change labels and weights; not in the middle of an epoch."""
        self._labels.assign(rows.labels)
        self._domains.assign(rows.domains)
        self._weights.assign(rows.weights)

    def get_state(self) -> dict[str, Any]:
        """Return the number of steps so far, and the rows as they are."""
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
        """Return the task's loss, and in training the alignment's added to it."""
        labels = ops.take(self._labels, y)
        known = ops.cast(labels >= 0, "float32")
        features = ops.cast(y_pred["features"], "float32")
        probabilities = ops.cast(y_pred["probabilities"], "float32")
        losses = self._task_loss.call(ops.maximum(labels, 0), probabilities)
        # Over labelled examples alone: zeros for the others would shrink the task's share.
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
                ops.take(self._domains, y),
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
        """Return the metrics so far; of the task alone where no alignment was measured."""
        metrics: dict[str, Any] = super().get_metrics_result()
        if self._measures_task_alone:
            return {name: metrics[name] for name in ("loss", *_TASK_METRICS)}
        return metrics


def layers_after(model: keras.Model, name: str) -> list[keras.layers.Layer]:
    """Return the layers that a layer's output goes through, in a model's own graph.

    Args:
        model: A functional model.
        name: The layer's.
    """
    reached = {id(layer_output(model, name))}
    found = []
    for node in nodes_in_order(model):
        if any(id(tensor) in reached for tensor in node.input_tensors):
            reached |= {id(tensor) for tensor in node.output_tensors}
            found.append(node.operation)
    return found


def layer_output(model: keras.Model, name: str) -> Any:
    """Return the tensor that a layer gives in a model's own graph.

    `layer.output` fails where a layer belongs to several graphs.

    Args:
        model: A functional model.
        name: The layer's.

    Raises:
        ValueError: If the model has no such layer.
    """
    for node in nodes_in_order(model):
        if node.operation.name == name:
            return node.output_tensors[0]
    names = ", ".join(layer.name for layer in model.layers)
    raise ValueError(f"The model has these layers: {names}. Received: {name!r}")
