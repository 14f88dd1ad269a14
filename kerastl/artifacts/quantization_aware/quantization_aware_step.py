"""Quantization-aware training: the network computes as its integer file will."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import keras
import numpy as np

from kerastl.artifacts.measure import Measure
from kerastl.artifacts.quantization_aware.closest_epoch import ClosestEpoch
from kerastl.artifacts.quantization_aware.distillation import Distillation
from kerastl.artifacts.quantization_aware.fake_quantized_model import FakeQuantizedModel
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.criterion import Criterion
from kerastl.training.freezing.freezing import train_only
from kerastl.training.loop.training_step import PhaseSetup, TrainingStep
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase


class QuantizationAwareStep(TrainingStep):
    """Distil a network with fake quantization from its own float weights.

    The teacher is the model as it is when the step is made. Gradients pass straight through the
    rounding (Jacob et al. 2018, "Quantization and training of neural networks for efficient
    integer-arithmetic-only inference").

    Args:
        model: The float model, whose weights train.
        examples: Training and validation examples.
        criterion: Of the task.
        seed: Seed of order and augmentation.
        bits: 8 for weights and tensors, 4 for weights alone.
        measure: Compares outputs with those of the float model.
        calibration: Returns batches of inputs from which the ranges of tensors are chosen.

    Raises:
        ValueError: If the network has attention, or no layer that can be quantized.
    """

    def __init__(
        self,
        model: keras.Model,
        examples: Examples,
        criterion: Criterion,
        seed: int,
        bits: int,
        measure: Measure,
        calibration: Callable[[], Iterable[Any]],
    ) -> None:
        super().__init__(model, examples, criterion, seed)
        self.name = f"Quantization-aware training to {bits} bits: "
        self._bits = bits
        self._measure = measure
        self._calibration = calibration
        self._quantized = FakeQuantizedModel(model, bits)
        # Not `clone_model`, which also wants to make the loss of the last `fit` again.
        self._teacher = type(model).from_config(model.get_config())
        self._teacher.set_weights(model.get_weights())

    def check(self, phase: Phase) -> None:
        """Refuse a linear probe, which trains nothing that is quantized, and another loss."""
        if phase.linear_probe or phase.contrastive_steps is not None:
            raise ValueError(
                "Quantization-aware training takes gradient steps on its own loss: use phases "
                f"without linear_probe=True and contrastive_steps. Received: {phase!r}"
            )

    def fit_probe(
        self, phase: Phase, features: OpenFeatureCache
    ) -> tuple[dict[str, float], dict[str, Any]]:
        """Refuse a linear probe; see `check`."""
        self.check(phase)
        raise AssertionError(phase)

    def key(self) -> dict[str, Any]:
        """Return the bits and a digest of the float weights, which the teacher has."""
        digest = hashlib.blake2b(digest_size=8)
        for weight in self._teacher.get_weights():
            digest.update(np.ascontiguousarray(weight).tobytes())
        return {"bits": self._bits, "digest of the float weights": digest.hexdigest()}

    def variables(self) -> list[Any]:
        """Return the ranges of tensors and the means of inputs."""
        own = {id(variable) for variable in self.model.variables}
        return [each for each in self._quantized.model.variables if id(each) not in own]

    def set_up(self, phase: Phase, features: OpenFeatureCache, first_epoch: int) -> PhaseSetup:
        """Run the fake-quantized network and its teacher on augmented batches."""
        sampler = EpochSampler(self.seed)
        of_classes = self.criterion.single_label
        unknown = self._quantized.plan.unknown
        return PhaseSetup(
            Distillation(self._quantized.model, self._teacher, of_classes),
            self.examples.training(phase.augment, sampler),
            sampler,
            self._kept(),
            described={"bits": self._bits, "not_quantized": unknown},
            note=f"Layers of unknown classes stay in float: {', '.join(unknown)}"
            if unknown
            else None,
        )

    def end_phase(self) -> None:
        """Leave the backbone frozen, as every training does."""
        train_only(self.model, "head")

    def _kept(self) -> ClosestEpoch:
        rows = [
            (self._teacher.predict_on_batch(inputs), targets)
            for inputs, targets in self.examples.validation().as_numpy_iterator()
        ]
        expected, targets = (np.concatenate(each) for each in zip(*rows, strict=True))
        return ClosestEpoch(
            self.model, self._outputs, expected, targets, self.criterion, self._measure
        )

    def _outputs(self) -> np.ndarray:
        """Choose ranges for the present weights, and return the outputs for validation."""
        self._quantized.calibrate(self._calibration())
        batches = self.examples.validation().as_numpy_iterator()
        return np.concatenate([self._quantized.model.predict_on_batch(x) for x, _ in batches])
