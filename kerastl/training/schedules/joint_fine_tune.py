"""Train a fresh head and the backbone together, without the first stage."""

from dataclasses import dataclass

from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.enough_epochs import enough_epochs
from kerastl.training.schedules.first_stage import first_trained_stage
from kerastl.training.schedules.schedule import ScheduleConfig


@dataclass(frozen=True)
class JointFineTune(ScheduleConfig):
    """Train a fresh head together with all stages except the first.

    The default schedule of token classification, whose head cannot be fitted as a linear probe.
    The first stage of a text backbone is its embedding table: a few thousand examples move few
    of its rows, and a step over all of them costs as much as a third of the network.

    Args:
        epochs: Epochs. Defaults to 4.
        learning_rate: Peak learning rate. Defaults to the backbone's declared one.
        least_updates: A run with fewer batches than this gets more epochs, at most 30.
            Defaults to 300.
        from_stage: The first stage that trains. Defaults to the second one.

    Example:

    >>> str(JointFineTune(epochs=3).phases(("embeddings", "layer1"))[0])
    "from:layer1, 3 epochs, the backbone's learning rate"
    """

    epochs: int = 4
    learning_rate: float | None = None
    least_updates: int = 300
    from_stage: str | None = None

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return one phase, with more epochs if examples are few."""
        epochs = enough_epochs(self.epochs, self.least_updates, examples)
        trains = f"from:{first_trained_stage(stage_names, self.from_stage)}"
        return [Phase(trains, epochs=epochs, learning_rate=self.learning_rate)]
