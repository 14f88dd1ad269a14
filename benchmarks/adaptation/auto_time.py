"""Time `fit(source, adapt_to=target)` against the linear probe of the source, frozen backbone.

    KERASTL_SHARED=... python benchmarks/adaptation/auto_time.py [--write docs/adaptation-time.md]

Without a feature cache, after a first fit that loads libraries. The exit status is 1 where the
adaptation takes more than 3 times the processor time of the probe.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import keras
from machine import machine
from transfer.stopwatch import Elapsed, Stopwatch

import kerastl as ktl
from adaptation.photos import photo_recipe, photo_source, photos_of
from adaptation.sentence_domains import sentences_of, source_of
from adaptation.target_trained import text_recipe

_LIMIT = 3.0
_Case = tuple[Callable[[], ktl.Recipe], Callable[[], ktl.data.Dataset], Callable[[], list[str]]]
_CASES: dict[str, _Case] = {
    "photos, amazon → webcam": (
        photo_recipe,
        lambda: photo_source("amazon", 0),
        lambda: photos_of("webcam")[0],
    ),
    "photos, webcam → amazon": (
        photo_recipe,
        lambda: photo_source("webcam", 0),
        lambda: photos_of("amazon")[0],
    ),
    "sentences, imdb → amazon": (
        text_recipe,
        lambda: source_of("imdb", 0),
        lambda: sentences_of("amazon")[0],
    ),
}


def main() -> int:
    """Measure all cases."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    lines = [
        "# What an adaptation costs",
        "",
        "`python benchmarks/adaptation/auto_time.py`: seconds of the processor for the linear",
        'probe of the source (`fit(source, "feature_extraction")`), and for',
        "`fit(source, adapt_to=target)`, with baseline, choice of the method and verdict. Both",
        "compute the features of the frozen backbone, the adaptation those of the target too. So",
        "the ratio is above 3 where the target has more than twice as many examples as the source.",
        "The last column divides by the number of examples.",
        f"{machine()}, {keras.backend.backend()} backend.",
        "",
        "| case | examples of source and target | probe | adaptation | ratio | ratio by example |",
        "|---|---|---|---|---|---|",
    ]
    ratios = []
    for name, (make, read, read_target) in _CASES.items():
        data, target = read(), read_target()
        _seconds(make(), data)  # libraries are loaded here
        probe = _seconds(make(), data)
        adapted = _seconds(make(), data, target)
        ratios.append(adapted / probe)
        count = len(data.train) + len(data.validation)
        each = ratios[-1] * count / (count + len(target))
        lines.append(
            f"| {name} | {count} + {len(target)} | {probe:.1f} | {adapted:.1f} | "
            f"{ratios[-1]:.1f} | {each:.1f} |"
        )
        print(lines[-1], flush=True)
    if options.write:
        options.write.write_text("\n".join([*lines, ""]), "utf-8")
    return int(max(ratios) > _LIMIT)


def _seconds(recipe: ktl.Recipe, data: ktl.data.Dataset, target: list[str] | None = None) -> float:
    watch = Stopwatch()
    if target is None:
        recipe.fit(data, "feature_extraction", seed=0, cache=None, verbose=0)
    else:
        recipe.fit(data, adapt_to=target, seed=0, cache=None, verbose=0)
    elapsed: Elapsed = watch.elapsed()
    return elapsed.cpu_seconds


if __name__ == "__main__":
    sys.exit(main())
