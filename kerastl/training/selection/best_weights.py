"""Best-weights selection: the callback that restores the best epoch of a phase."""

from typing import Any

import keras
import numpy as np

from kerastl.backbones.running.run_in_order import run_in_order
from kerastl.training.criterion import Criterion
from kerastl.training.phases.phase import Keep
from kerastl.training.selection.futility import Futility
from kerastl.training.selection.interpolation import best_interpolation
from kerastl.training.selection.kept_weights import KeptWeights
from kerastl.training.selection.measured import Gain, Measured
from kerastl.training.selection.selection import Selection, numbers
from kerastl.training.selection.soup import greedy_soup
from kerastl.training.selection.weight_average import WeightAverage


class BestWeights(KeptWeights):
    """Measure the validation split after every epoch, and restore the best weights at the end.

    The best epoch has the lowest mean of the criterion's losses: for classification the log-loss
    after temperature scaling, see `calibrated_losses`. The weights that the phase began with are
    restored unless the mean improvement, computed example by example, exceeds `required_gain`
    standard errors. With 1 this is the rule of Breiman et al. 1984: without evidence, the simpler
    model.

    Put it before other callbacks, which then find `val_loss` and the criterion's other metrics,
    such as `val_accuracy`, in the logs.

    Args:
        criterion: Loss and metrics of the task.
        validation: Batches of `(inputs, labels)`, a `tf.data.Dataset` in a fixed order.
        keep: Weights that training ends with, as in `Phase`. `"soup"` holds the weights of every
            epoch in memory. Defaults to `"best"`.
        average: With `keep="average"`, the callback before this one that averages weights. The
            averages are measured after every epoch.
        patience: Stop training after this many epochs in a row without a new lowest loss.
            Defaults to None: never.
        required_gain: Number of standard errors, as in `Phase`. Defaults to 1.
        futility: Stop training after this many epochs without a gain, as in `Phase`. Defaults to
            None: never.
        measured: The model whose outputs are measured, with the same variables as the trained
            one. Defaults to the trained model.

    Attributes:
        kept_epoch: The epoch whose weights were restored, or the best epoch of a soup; None for
            the weights that the phase began with.
        kept_epochs: All epochs whose weights were kept, best first; several for a soup.
        kept: `val_loss` and the other metrics of the kept weights.
        share: With `keep="interpolated"`, the share of the best epoch in the kept weights; the rest
            are the weights that the phase began with. Else 1.
    """

    def __init__(
        self,
        criterion: Criterion,
        validation: Any,
        keep: Keep = "best",
        average: WeightAverage | None = None,
        patience: int | None = None,
        required_gain: float = 1.0,
        *,
        futility: int | None = None,
        measured: keras.Model | None = None,
    ) -> None:
        super().__init__()
        self._validation = validation
        self._keep = keep
        self._average = average
        self._patience = patience
        self._required_gain = required_gain
        self._futility = Futility(futility, required_gain)
        self._criterion = criterion
        self._measured_model = measured
        self._lowest, self._waited = float("inf"), 0
        self.kept_epochs: list[int] = []
        self.kept: dict[str, float] = {}
        self.share = 1.0
        self._gain = Gain()
        self._gains: list[list[float]] = []
        self._selection: Selection | None = None
        self._beginning: Measured | None = None
        self._candidates: dict[int, Measured] = {}
        self._last: list[np.ndarray] = []
        self._latest: Measured | None = None

    @property
    def gain(self) -> float:
        """Mean loss at the beginning minus that of the best epoch; in nats for classification."""
        return self._gain.mean

    @property
    def standard_error(self) -> float:
        """Standard error of `gain`."""
        return self._gain.standard_error

    @property
    def first_loss(self) -> float:
        """Validation loss of the weights that the phase began with; infinity if unknown."""
        return float("inf") if self._beginning is None else self._beginning.loss

    @property
    def kept_epoch(self) -> int | None:
        """The epoch whose weights were restored, or None."""
        return self.kept_epochs[0] if self.kept_epochs else None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Measure the weights that the phase begins with, unless a state was set."""
        if self._keep == "last":
            self._last = self.model.get_weights()
        elif self._beginning is None:
            self._beginning = self._measure()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Measure the validation split, and store the weights if they may be kept."""
        if self._average is None:
            measured = self._measure()
        else:
            training = self.model.get_weights()
            measured = self._measure(self._average.weights())
            self.model.set_weights(training)
        if logs is not None:
            logs.update(measured.metrics)
        self._latest = measured
        if self._beginning is not None:
            gain = Gain.between(self._beginning, measured)
            self._gains.append([gain.mean, gain.standard_error])
        self._waited = 0 if measured.loss < self._lowest else self._waited + 1
        self._lowest = min(self._lowest, measured.loss)
        if self._waited == self._patience:
            self.model.stop_training = True
        if self._beginning is not None and self._futility.ends(self._beginning, measured):
            self.model.stop_training = True
        if self._keep == "last":
            if np.isfinite(measured.loss):
                self._last = self.model.get_weights()
        elif self._keep == "soup":
            self._candidates[epoch] = measured
        elif self._is_best(measured):
            self._candidates = {epoch: measured}

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Restore the best weights, or the first ones if the loss did not improve enough."""
        if self._beginning is None or not self._candidates:
            return
        best, epochs = self._best()
        self._gain = Gain.between(self._beginning, best)
        helped = self._gain.exceeds(self._required_gain)
        kept = best if helped else self._beginning
        self._selection = self._compared(best, epochs, helped)
        self.kept_epochs, self.kept = (epochs if helped else []), kept.metrics
        self.share = self.share if helped else 1.0
        self.model.set_weights(kept.weights)

    def restore_good(self) -> None:
        """Restore, after an error, the weights that training would have ended with before it."""
        beginning = self._last if self._beginning is None else self._beginning.weights
        self.model.set_weights(beginning)
        self.on_train_end()

    def measured_weights(self) -> list[np.ndarray] | None:
        """Return the average of the weights with `keep="average"`, else None."""
        return None if self._average is None else self._average.weights()

    def get_state(self) -> dict[str, Any]:
        """Return the losses so far, and the weights that may be kept."""
        return {
            "lowest": self._lowest,
            "waited": self._waited,
            "futility": self._futility.get_state(),
            "beginning": None if self._beginning is None else vars(self._beginning),
            "epochs": list(self._candidates),
            "candidates": [vars(measured) for measured in self._candidates.values()],
            "gains": self._gains,
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        self._lowest, self._waited = state["lowest"], state["waited"]
        self._futility.set_state(state["futility"])
        if state["beginning"] is not None:
            self._beginning = Measured(**state["beginning"])
        self._gains = state["gains"]
        candidates = [Measured(**measured) for measured in state["candidates"]]
        self._candidates = dict(zip(state["epochs"], candidates, strict=True))

    def described(self) -> dict[str, Any]:
        """Return the kept epoch, every epoch of a soup, and what decided, for the history."""
        if self._keep == "last":
            return {}
        soup = {"kept_epochs": self.kept_epochs} if self._keep == "soup" else {}
        mixture = {"kept_share": self.share} if self._keep == "interpolated" else {}
        decided = {} if self._selection is None else {"selection": self._selection.get_config()}
        return {
            "kept_epoch": self.kept_epoch,
            **soup,
            **mixture,
            "gains": self._gains,
            **decided,
        }

    def epoch_line(self) -> str | None:
        """Return the loss of the last epoch, and its gain over the weights from the beginning."""
        if self._latest is None or not self._gains:
            return None
        mean, error = self._gains[-1]
        side = "lower" if mean > 0 else "higher"
        return (
            f"{self._loss_means} {self._latest.loss:.3f}, {side} than with {self.begins_with} by "
            f"{Gain(abs(mean), error)}"
        )

    def summary(self) -> str | None:
        """Return a line with the kept epoch, its metrics and the change of the loss."""
        if self._keep == "last":
            return None
        if self.kept_epochs:
            share = f", {self.share:.0%} of it and the rest from before"
            mixture = "" if self.share == 1 else share
            changed = f"{-self.gain:+.4f} ± {self.standard_error:.4f}"
            kept = f"Keeping epoch {numbers(self._in_phase(self.kept_epochs))}{mixture} "
            kept += f"(validation loss changed by {changed})"
        else:
            kept = f"Restoring {self.begins_with}"
        metrics = " - ".join(f"{name}: {value:.4f}" for name, value in self.kept.items())
        return f"{kept}: {metrics}"

    def _compared(self, best: Measured, epochs: list[int], helped: bool) -> Selection:
        assert self._beginning is not None
        names = [name for name in best.metrics if name != "val_loss"]
        metric = names[0] if names else "val_loss"
        return Selection(
            epochs=tuple(self._in_phase(epochs)),
            begins_with=self.begins_with,
            metric=metric.removeprefix("val_").replace("_", " "),
            value=float(best.metrics[metric]),
            before=float(self._beginning.metrics[metric]),
            loss=self._loss_means,
            gain=self.gain,
            standard_error=self.standard_error,
            required_gain=self._required_gain,
            kept=helped,
            share=self.share,
        )

    def _in_phase(self, epochs: list[int]) -> list[int]:
        """Return the numbers of epochs within the phase, counted from 1."""
        return [epoch - self.first_epoch + 1 for epoch in epochs]

    @property
    def _loss_means(self) -> str:
        return "calibrated loss" if self._criterion.has_probabilities else "validation loss"

    def _is_best(self, measured: Measured) -> bool:
        return all(measured.loss < other.loss for other in self._candidates.values())

    def _best(self) -> tuple[Measured, list[int]]:
        def measure(weights: list[np.ndarray]) -> tuple[float, Measured]:
            measured = self._measure(weights)
            return measured.loss, measured

        epochs, candidates = list(self._candidates), list(self._candidates.values())
        chosen, soup = greedy_soup(
            [each.weights for each in candidates], [each.loss for each in candidates], measure
        )
        best = soup or candidates[chosen[0]]
        if self._keep == "interpolated":
            assert self._beginning is not None
            self.share, mixture = best_interpolation(
                self._beginning.weights, best.weights, best.loss, measure
            )
            best = mixture or best
        return best, [epochs[position] for position in chosen]

    def _measure(self, weights: list[np.ndarray] | None = None) -> Measured:
        if weights is not None:
            self.model.set_weights(weights)
        model = self._measured_model or self.model
        batches = self._validation.as_numpy_iterator()
        rows = [(outputs, labels) for outputs, (labels,) in run_in_order(model, batches)]
        outputs, targets = (np.concatenate(each) for each in zip(*rows, strict=True))
        if self._keep == "last":
            weights = []
        elif weights is None:
            weights = self.model.get_weights()
        metrics = self._criterion.metrics(outputs, targets)
        return Measured(
            weights,
            self._criterion.losses(outputs, targets),
            {f"val_{name}": value for name, value in metrics.items()},
        )
