"""Results of the tuning benchmark and the page made of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from result_lines import FOLDER, read_lines, write_lines

from tuning.variants import VARIANTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tuning-gains.md"
_PATH = FOLDER / "tuning-gains.jsonl"
_NOTES = Path(__file__).with_name("notes.md")


@dataclass(frozen=True)
class Result:
    """One variant of one plan on one draw.

    Attributes:
        case: Data set and backbone.
        plan: Which training.
        seed: Seed of draw and training.
        variant: `"probe"` for the probe itself, or one of `VARIANTS`.
        loss: Mean validation loss, after temperature scaling.
        gain: Mean validation loss of the probe minus that of the variant.
        error: Standard error of the gain.
        validation: Accuracy.
        test: Accuracy.
        cpu_seconds: Processor time of the training, the probe included.
        note: Epoch, or share of the tuned weights.
        machine: Where.
    """

    case: str
    plan: str
    seed: int
    variant: str
    loss: float
    gain: float
    error: float
    validation: float
    test: float
    cpu_seconds: float
    note: str
    machine: str

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What a later result with the same key replaces."""
        return self.case, self.plan, self.seed, self.variant


def read() -> list[Result]:
    """Read the stored results."""
    return [Result(**row) for row in read_lines(_PATH)]


def add(results: Iterable[Result]) -> None:
    """Add results, or put them in the place of older ones."""
    known = {each.key: each for each in read()} | {each.key: each for each in results}
    write_lines(_PATH, (known[key] for key in sorted(known)))


def write_page() -> None:
    """Write the page from all results."""
    results = read()
    lines = [
        "# Fine-tuning, compared with the probe",
        "",
        "`python benchmarks/tuning`: differences of test accuracy to the linear probe that the",
        "training began with, in points, mean and standard error over seeds. *Best* is the epoch",
        "with the lowest validation loss, *soup* the mean of several epochs, *interpolated* the",
        "best mixture with the probe's weights, *refitted* a new linear probe on the tuned",
        "features, *halfway* the mean of the probe's weights and the best epoch's. *Kept* is",
        "*interpolated* where its validation loss is lower than the probe's by more than one",
        "standard error, and else the probe. The test part chose nothing.",
        *(f"Measured on {each}." for each in sorted({each.machine for each in results})),
        "",
    ]
    names = " | ".join(VARIANTS)
    lines += [
        f"| data, backbone | plan | seeds | probe | {names} | kept | CPU s |",
        "|---|---|---|---|" + "---|" * (len(VARIANTS) + 2),
    ]
    for case, plan in dict.fromkeys((each.case, each.plan) for each in results):
        own = [each for each in results if (each.case, each.plan) == (case, plan)]
        by_variant = {
            variant: {each.seed: each for each in own if each.variant == variant}
            for variant in ("probe", *VARIANTS)
        }
        probe = by_variant["probe"]
        cells = [
            _points([(each.test - probe[seed].test) for seed, each in by_variant[variant].items()])
            for variant in VARIANTS
        ]
        kept = [
            (each.test - probe[seed].test) * (each.gain > each.error)
            for seed, each in by_variant["interpolated"].items()
        ]
        mean = float(np.mean([each.test for each in probe.values()]))
        seconds = float(np.mean([each.cpu_seconds for each in probe.values()]))
        cells = [case, plan, str(len(probe)), f"{mean:.3f}", *cells, _points(kept)]
        lines.append("| " + " | ".join([*cells, f"{seconds:.0f}"]) + " |")
    if _NOTES.is_file():
        lines += ["", _NOTES.read_text("utf-8").strip()]
    PAGE.write_text("\n".join([*lines, ""]), "utf-8")


def _points(differences: list[float]) -> str:
    if not differences:
        return ""
    values = 100 * np.array(differences)
    error = f" ± {values.std(ddof=1) / np.sqrt(len(values)):.1f}" if len(values) > 1 else ""
    return f"{values.mean():+.1f}{error}"
