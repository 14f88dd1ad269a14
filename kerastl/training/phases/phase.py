"""One step of a schedule: what trains, for how long, how fast."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from kerastl.basics.arguments import check_count, check_number
from kerastl.training.phases.learning_rate import LearningRate
from kerastl.training.phases.loss_settings import LossSettings
from kerastl.training.phases.trainable_part import check_part

Keep = Literal["best", "last", "average", "soup"]
Mix = Literal["mixup", "cutmix"]

# What trains from scratch takes larger steps than what was pre-trained. 5e-4 is the rate of
# most RoBERTa experiments of Hu et al. 2022, over ten times that of their full fine-tuning.
_RATES_OF_FRESH_WEIGHTS = {"head": 1e-3, "lora": 5e-4}


@dataclass(frozen=True)
class Phase:
    """Say what trains, for how long and how.

    Args:
        trains: `"head"`; `"from:STAGE"`, the named stage and all that follow; `"last:N"`, the
            last N stages; `"all"`; or `"lora"`, low-rank matrices beside the backbone's
            kernels, merged into them when the phase ends; see `low_rank_matrices`. The head
            always trains. Everything else is frozen: its weights and statistics do not move,
            and in a stage where nothing trains dropout is off.
        epochs: Passes over the training examples. Defaults to 5. Ignored where `linear_probe` is on.
        learning_rate: Peak rate of `StagedAdamW`, or a `LearningRate`, which also says its shape and
            its decay from stage to stage. Defaults to `LearningRate()`.
        linear_probe: Fit the head exactly, as a regularised logistic regression on features that
            are computed once, instead of by gradient steps. Only with `trains="head"`.
        augment: Whether training examples are augmented. Defaults to False.
        views: How many augmented views of each training example go through the frozen stages,
            once: epoch `e` trains on view `e` modulo this, which saves work where it is below
            `epochs`. With `linear_probe` the head is solved on these views and the examples as they
            are. Defaults to None: fresh augmentation in every epoch, and a head solved on the
            examples as they are.
        weight_decay: Decoupled weight decay (Loshchilov and Hutter 2019), kept off biases
            and norms. Defaults to 0.01.
        freeze_batch_norm: Keep batch normalization in inference mode inside the stages that
            train: a few hundred examples are too few to estimate its statistics anew.
            Defaults to True.
        keep: What the phase ends with: `"best"`, its best epoch on the validation split;
            `"average"`, the best where each epoch gives the moving average of the weights so
            far, over about one epoch (see `WeightAverage`); `"soup"`, the mean of those
            epochs that do well together (see `greedy_soup`); or `"last"`. With the first
            three it ends as it began where they don't show that it helped; see `BestWeights`.
            Defaults to `"best"`, and to `"last"` in a domain adaptation, where no target label
            says which epoch is best.
        required_gain: How many standard errors the gain on the validation split must exceed for
            `keep` to end with other weights than the phase began with. Below 0, how much
            worse they may look: for what is known to help, where the split is too small to
            show it. Defaults to 1.
        loss_settings: What is minimised, an `LossSettings`. A linear probe heeds its class weights.
            Defaults to None: the log-loss.
        balanced: Draw every class equally often in each epoch, whose length stays: rare
            examples come several times, some of the common ones not at all. Defaults to False.
        mix: Blend pairs of training images and their labels, in proportion: `"mixup"`,
            faded into one another (Zhang et al. 2018), or `"cutmix"`, a part of one in the
            other (Yun et al. 2019). Defaults to None.
        patience: End the phase after this many epochs in a row without a lower calibrated
            loss on the validation split; `epochs` is the limit, and the rate falls as if it
            were reached. Defaults to None: all epochs are run.
        accumulate: Batches whose gradients are averaged into one update: the effect of a
            batch this many times as large, in the memory of one. Batches left over when the
            phase ends update nothing. Defaults to 1.
        lora_rank: Rank of the matrices that `trains="lora"` trains. Defaults to 8.

    Raises:
        ValueError: If a value is out of its range.

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
    accumulate: int = 1
    lora_rank: int = 8

    def __post_init__(self) -> None:
        check_part(self.trains)
        for name in ("epochs", "accumulate", "lora_rank"):
            check_count(name, getattr(self, name))
        for name in ("views", "patience"):
            if getattr(self, name) is not None:
                check_count(name, getattr(self, name))
        check_number("weight_decay", self.weight_decay, "[0, inf)")
        check_number("required_gain", self.required_gain)
        if self.views is not None and not self.augment:
            raise ValueError(
                "`views` is a number of augmented views and needs augment=True. "
                f"Received: views={self.views}, augment={self.augment}"
            )
        if isinstance(self.learning_rate, dict):  # as a run file and get_config() have it
            object.__setattr__(self, "learning_rate", LearningRate(**self.learning_rate))
        LearningRate.of(self.learning_rate)
        if isinstance(self.loss_settings, dict):
            object.__setattr__(self, "loss_settings", LossSettings(**self.loss_settings))
        if self.linear_probe and self.trains != "head":
            raise ValueError(
                "Only the head can be solved: use trains='head' with linear_probe=True. "
                f"Received: trains={self.trains!r}"
            )
        if self.keep is not None:
            _check_choice("keep", self.keep, get_args(Keep))
        if self.mix is not None:
            _check_choice("mix", self.mix, get_args(Mix))
        if self.linear_probe:
            self._check_solvable()

    @property
    def rate(self) -> LearningRate:
        """How fast the phase learns."""
        return LearningRate.of(self.learning_rate)

    def peak(self, fine_tune_learning_rate: float) -> float:
        """Return the highest rate.

        Args:
            fine_tune_learning_rate: The backbone's own.
        """
        usual = _RATES_OF_FRESH_WEIGHTS.get(self.trains, fine_tune_learning_rate)
        return self.rate.peak or usual

    def get_config(self) -> dict[str, Any]:
        """Return the phase as plain values."""
        return asdict(self)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Phase":
        """Make the phase that `get_config` described."""
        return cls(**config)

    def _check_solvable(self) -> None:
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
                    f"A linear probe minimises the log-loss of the examples as they are: `{name}` "
                    "needs a phase without linear_probe=True; class weights do not. "
                    f"Received: {name}={value!r}"
                )

    def __str__(self) -> str:
        if self.linear_probe:
            return "linear probe"
        peak = self.rate.peak or _RATES_OF_FRESH_WEIGHTS.get(self.trains)
        rate = "the backbone's" if peak is None else f"{peak:g}"
        what = f"lora of rank {self.lora_rank}" if self.trains == "lora" else self.trains
        return f"{what}, {self.epochs} epochs, learning rate {rate}"


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        known = ", ".join(map(repr, choices))
        raise ValueError(f"`{name}` must be one of {known}. Received: {name}={value!r}")
