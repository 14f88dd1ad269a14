"""One phase of a training schedule."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from kerastl.basics.arguments import check_choice, check_count, check_flag, check_number
from kerastl.training.phases.learning_rate import LearningRate
from kerastl.training.phases.loss_settings import LossSettings
from kerastl.training.phases.trainable_part import check_part

Keep = Literal["best", "last", "average", "soup", "interpolated", "refitted"]
Mix = Literal["mixup", "cutmix"]

# New weights need a higher learning rate than pre-trained ones. Hu et al. 2022 use 5e-4 in most
# RoBERTa experiments, over ten times the rate of their full fine-tuning.
_RATES_OF_NEW_WEIGHTS = {"head": 1e-3, "lora": 5e-4}


@dataclass(frozen=True)
class Phase:
    """One phase of a training schedule: what trains, for how many epochs, and how.

    Args:
        trains: `"head"`; `"from:STAGE"`, the named stage and all that follow; `"last:N"`, the
            last N stages; `"all"`; or `"lora"`, low-rank matrices that are added to the
            backbone's kernels and merged into them when the phase ends, see
            `low_rank_matrices`. The head always trains. Everything else is frozen: its weights
            and batch normalization statistics do not change, and its dropout is off. Batch
            normalization stays frozen even with `"all"`, see `freeze_batch_norm`.
        epochs: Epochs over the training examples. Defaults to 5. Ignored with
            `linear_probe=True`.
        learning_rate: Peak learning rate of `StagedAdamW`, or a `LearningRate`, which also sets
            the learning-rate schedule and the decay from stage to stage. Defaults to
            `LearningRate()`.
        linear_probe: Fit the head as a linear probe, a regularised logistic regression on cached
            features, instead of by gradient steps. Only with `trains="head"`. Defaults to
            False.
        augment: Whether training examples are augmented. Defaults to False.
        views: Number of augmented views of each training example, whose features are cached;
            needs `augment=True`. Epoch `e` trains on view `e` modulo `views`, which saves time
            if `views` is below `epochs`. With `linear_probe=True` the probe is fitted on these
            views and the original examples. Defaults to None: new augmentation in every epoch,
            and a linear probe on the original examples alone.
        weight_decay: Decoupled weight decay (Loshchilov and Hutter 2019), not applied to biases
            and normalization weights. Defaults to 0.01.
        freeze_batch_norm: Keep batch normalization frozen inside the stages that train: gamma
            and beta do not train, and statistics do not change. A few hundred examples are too
            few to estimate its statistics. False trains gamma and beta and updates the
            statistics. Defaults to True.
        keep: Weights that the phase ends with: `"best"`, those of its best epoch on the
            validation split; `"average"`, the best moving average of the weights, measured
            after each epoch and spanning about one epoch (see `WeightAverage`); `"soup"`, the
            mean over several good epochs (see `greedy_soup`); `"interpolated"`, the best mixture
            of the best epoch with the weights that the phase began with (see
            `best_interpolation`); `"refitted"`, those of the last epoch, with a linear probe
            fitted on their features in place of the head; or `"last"`, those of the last epoch.
            All but the last restore
            the weights that the phase began with unless the validation loss improves, see
            `BestWeights`. Defaults to `"best"`, and to `"last"`
            in a domain adaptation, which has no target labels to select an epoch by.
        required_gain: Number of standard errors by which the validation loss must improve for
            `keep` to end with other weights than the phase began with. A negative number
            accepts a loss that is worse by that many standard errors: for a phase that is
            known to help, if the split is too small to show it. Defaults to 1.
        loss_settings: A `LossSettings`: class weights, label smoothing, focal loss. A linear
            probe supports class weights only. Defaults to None: the log-loss.
        balanced: Draw every class equally often in each epoch. The length of the epoch does not
            change: examples of rare classes repeat, some of common classes are left out.
            Defaults to False.
        mix: Blend pairs of training images and their labels: `"mixup"`, a weighted mean of two
            images (Zhang et al. 2018), or `"cutmix"`, a rectangle of one image in the other
            (Yun et al. 2019). Defaults to None: no mixing.
        patience: End the phase after this many epochs in a row without a lower calibrated loss
            on the validation split. The learning-rate schedule still spans `epochs`. Defaults
            to None: all epochs run.
        futility: End the phase after this many epochs if the calibrated validation loss of each is
            higher than that of the weights the phase began with, by more than a standard error;
            see `Futility`. Defaults to None: never.
        accumulate: Number of batches whose gradients are averaged into one update, which acts
            like a batch that many times as large but needs the memory of one. Batches left
            over at the end of the phase update nothing. Defaults to 1.
        contrastive_steps: Number of batches, in all epochs together, that minimise the supervised
            contrastive loss of the pooled features (Khosla et al. 2020) instead of the task's
            loss: examples of one class come together, different classes move apart. The head does
            not train: use `keep="refitted"`, or fit a linear probe in the next phase. For few
            examples a class. Defaults to None: the task's loss.
        lora_rank: Rank of the matrices with `trains="lora"`. Defaults to 8.

    Raises:
        ValueError: If a value is out of its range, or two arguments exclude each other.

    Example:

    >>> Phase("from:stage4", epochs=3, learning_rate=1e-4).trains
    'from:stage4'
    """

    trains: str
    epochs: int = 5
    learning_rate: float | LearningRate | None = None
    linear_probe: bool = False
    augment: bool = False
    views: int | None = None
    weight_decay: float = 0.01
    freeze_batch_norm: bool = True
    keep: Keep | None = None
    required_gain: float = 1.0
    loss_settings: LossSettings | None = None
    balanced: bool = False
    mix: Mix | None = None
    patience: int | None = None
    futility: int | None = None
    accumulate: int = 1
    contrastive_steps: int | None = None
    lora_rank: int = 8

    def __post_init__(self) -> None:
        check_part(self.trains)
        for name in ("epochs", "accumulate", "lora_rank"):
            check_count(name, getattr(self, name))
        for name in ("views", "patience", "futility", "contrastive_steps"):
            if getattr(self, name) is not None:
                check_count(name, getattr(self, name))
        for name in ("linear_probe", "augment", "freeze_batch_norm", "balanced"):
            check_flag(name, getattr(self, name))
        check_number("weight_decay", self.weight_decay, "[0, inf)")
        check_number("required_gain", self.required_gain)
        if self.views is not None and not self.augment:
            raise ValueError(
                "`views` is the number of augmented views: pass augment=True, or leave it out. "
                f"Received: views={self.views}, augment={self.augment}"
            )
        if isinstance(self.learning_rate, dict):  # as a run file and get_config() have it
            object.__setattr__(self, "learning_rate", LearningRate(**self.learning_rate))
        LearningRate.of(self.learning_rate)  # checks a number
        if isinstance(self.loss_settings, dict):
            object.__setattr__(self, "loss_settings", LossSettings(**self.loss_settings))
        if not isinstance(self.loss_settings, LossSettings | None):
            raise ValueError(
                "`loss_settings` must be a LossSettings. "
                f"Received: loss_settings={self.loss_settings!r}"
            )
        if self.linear_probe and self.trains != "head":
            raise ValueError(
                "Only the head can be fitted as a linear probe. Pass trains='head' with "
                "linear_probe=True. "
                f"Received: trains={self.trains!r}"
            )
        if self.keep is not None:
            check_choice("keep", self.keep, get_args(Keep))
        if self.mix is not None:
            check_choice("mix", self.mix, get_args(Mix))
        if self.linear_probe:
            self._check_linear_probe()
        if self.contrastive_steps is not None:
            self._check_contrastive()

    @property
    def rate(self) -> LearningRate:
        """The learning rate of the phase, as a `LearningRate`."""
        return LearningRate.of(self.learning_rate)

    def peak(self, fine_tune_learning_rate: float) -> float:
        """Return the peak of the learning-rate schedule.

        Args:
            fine_tune_learning_rate: The backbone's fine-tuning rate.
        """
        usual = _RATES_OF_NEW_WEIGHTS.get(self.trains, fine_tune_learning_rate)
        return self.rate.peak or usual

    def get_config(self) -> dict[str, Any]:
        """Return the arguments as plain values."""
        return asdict(self)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Phase":
        """Make a phase from what `get_config` returned."""
        return cls(**config)

    def _check_linear_probe(self) -> None:
        loss_settings = self.loss_settings or LossSettings()
        impossible = {
            "balanced": self.balanced,
            "mix": self.mix,
            "loss_settings.label_smoothing": loss_settings.label_smoothing,
            "loss_settings.focal": loss_settings.focal,
        }
        for name, value in impossible.items():
            if value:
                raise ValueError(
                    f"A linear probe supports class weights only, not `{name}`: leave it out, or "
                    "use a phase without linear_probe=True. "
                    f"Received: {name}={value!r}"
                )

    def _check_contrastive(self) -> None:
        impossible = {
            "augment": self.augment,
            "mix": self.mix,
            "balanced": self.balanced,
            "patience": self.patience,
            "loss_settings": self.loss_settings,
            "linear_probe": self.linear_probe,
            "keep": None if self.keep in (None, "last", "refitted") else self.keep,
        }
        for name, value in impossible.items():
            if value:
                raise ValueError(
                    f"Contrastive tuning has no `{name}`: leave it out. Received: {name}={value!r}"
                )

    def __str__(self) -> str:
        if self.linear_probe:
            return "linear probe"
        peak = self.rate.peak or _RATES_OF_NEW_WEIGHTS.get(self.trains)
        rate = "the backbone's learning rate" if peak is None else f"learning rate {peak:g}"
        what = f"lora of rank {self.lora_rank}" if self.trains == "lora" else self.trains
        epochs = "1 epoch" if self.epochs == 1 else f"{self.epochs} epochs"
        kind = "" if self.contrastive_steps is None else "contrastive, "
        return f"{kind}{what}, {epochs}, {rate}"
