"""Measure what a report, an inspection, progress bars and messages cost.

    KERASTL_SHARED=... python benchmarks/seeing.py [--write docs/seeing-cost.md]

Each cost is divided by another one of the same run: the evaluation and the page by the training, an
inspection by one pass of the backbone over the same examples, and the bars and messages by all of
the training. Seconds are of processor time, so that other work on the machine does not count: run
it on one core with `taskset -c 1`. Limits: the page 10 % of the training or 3 s, the inspection 1.5
passes, bars and messages 1 %. The exit status is 1 where a limit is exceeded.
"""

import argparse
import functools
import logging
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from entities import read as entities
from machine import machine
from main_job import photo_recipe, photos, sentences
from rich.console import Console
from rich.live import Live
from scenes import compose
from shared_folder import image_backbone, minilm, shared

import kerastl as ktl
import kerastl.seeing.inspecting.inspect as inspecting
from kerastl.basics import progress
from kerastl.recipe.choosing import feature_pass
from kerastl.recipe.runs import run_folder

_PAGE_SHARE, _PAGE_SECONDS, _PASSES, _BARS = 0.1, 3.0, 1.5, 0.01
_TAGGED = 800  # texts with entities


class Timed:
    """Seconds inside of functions, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def wrap(
        self, owner: Any, name: str, clock: Callable[[], float], key: str | None = None
    ) -> None:
        """Replace a function by one that adds its seconds up."""
        function = getattr(owner, name)

        @functools.wraps(function)
        def timed(*arguments: Any, **options: Any) -> Any:
            start = clock()
            try:
                return function(*arguments, **options)
            finally:
                self.seconds[key or name] += clock() - start

        setattr(owner, name, timed)


def show_bars() -> None:
    """Draw progress bars and write messages, as in a terminal, to nowhere."""
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    progress._is_terminal = lambda: True
    progress._console = lambda: Console(file=nowhere, force_terminal=True, width=100)
    logger = logging.getLogger("kerastl")
    logger.addHandler(logging.StreamHandler(nowhere))
    logger.setLevel(logging.INFO)
    logger.propagate = False


def report_row(
    name: str, data: ktl.data.Dataset, recipe: ktl.Recipe, schedule: str, timed: Timed
) -> dict:
    timed.seconds.clear()
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        recipe.fit(data, schedule, run_dir=Path(folder) / "run", verbose="auto")
        total = time.process_time() - start
    page, evaluation = timed.seconds["write_report"], timed.seconds["evaluated"]
    bars = timed.seconds["bars"]
    training = total - page - evaluation
    return {
        "name": name,
        "training": training,
        "evaluation": evaluation,
        "page": page,
        "share": page / training,
        "bars": bars / total,
    }


def inspection_row(name: str, data: ktl.data.Dataset, backbone: ktl.Backbone, timed: Timed) -> dict:
    # The first run of a backbone compiles it, which is no part of a pass.
    data.inspect(backbone, verbose=0)
    timed.seconds.clear()
    start = time.process_time()
    found = data.inspect(backbone, verbose=0)
    total = time.process_time() - start
    assert "label" not in found.unchecked, found.unchecked
    one_pass = timed.seconds["pass"] or pass_seconds(data, backbone)
    return {
        "name": name,
        "examples": sum(map(len, data.splits.values())),
        "total": total,
        "pass": one_pass,
        "ratio": total / one_pass,
        "steps": dict(found.seconds or {}),
    }


def pass_seconds(data: ktl.data.Dataset, backbone: ktl.Backbone) -> float:
    """Measure a pass of the backbone over the examples of a task whose inspection has its own."""
    embedding = ktl.Embedding(backbone)
    inputs = [each for split in data.splits.values() for each in split.inputs]
    embedding.embed(inputs[:32])
    start = time.process_time()
    embedding.embed(inputs)
    return time.process_time() - start


def scenes(folder: Path) -> ktl.data.Dataset:
    composed = compose(shared(), folder)
    return ktl.data.coco(composed / "train.json", composed / "images", test=composed / "test.json")


def page(reports: list[dict], inspections: list[dict], missed: list[str]) -> str:
    lines = [
        "# What looking costs",
        "",
        f"Written by `benchmarks/seeing.py`. {machine()}; seconds of processor "
        "time on one core. The ratios are of times of one run.",
        "",
        "The [report](report.md) of `fit(run_dir=)`, which includes the explanations of the worst "
        "examples. The evaluation of the test split is one more pass.",
        "",
        "| data | training (s) | evaluation (s) | page (s) | page / training | bars and messages |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['name']} | {row['training']:.1f} | {row['evaluation']:.1f} | {row['page']:.1f} "
        f"| {row['share']:.1%} | {row['bars']:.2%} |"
        for row in reports
    ]
    lines += [
        "",
        "The [inspection](inspect.md), from reading the files to the list of problems, divided by "
        "the pass of the backbone over the examples.",
        "",
        "| data | examples | inspection (s) | pass (s) | ratio | steps (s) |",
        "|---|---|---|---|---|---|",
    ]
    for row in inspections:
        steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in row["steps"].items())
        lines.append(
            f"| {row['name']} | {row['examples']:,} | {row['total']:.1f} | {row['pass']:.1f} "
            f"| {row['ratio']:.2f} | {steps} |"
        )
    lines += [
        "",
        "Limits: a page 10 % of the training or 3 s, an inspection 1.5 passes, bars and messages "
        "1 %.",
        *(["", "Missed:", "", *(f"- {each}" for each in missed)] if missed else []),
    ]
    return "\n".join([*lines, ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    timed = Timed()
    timed.wrap(run_folder, "write_report", time.process_time)
    timed.wrap(run_folder, "evaluated", time.process_time)
    timed.wrap(feature_pass, "feature_pass", time.process_time, "pass")
    # The steps of an inspection, in the same seconds.
    inspecting.time = SimpleNamespace(perf_counter=time.process_time)
    show_bars()
    for owner, name in (
        (progress._Display, "begin"),
        (progress._Display, "advance"),
        (progress._Display, "end"),
        (Live, "refresh"),
        (logging.Logger, "handle"),
    ):
        # The thread that draws waits most of the time.
        timed.wrap(owner, name, time.thread_time, "bars")
    texts = sentences(0)
    inspections = [
        inspection_row(
            "trashnet6, MobileNetV2 0.35", photos(0), image_backbone("MobileNetV2 0.35"), timed
        ),
        inspection_row("rt-polarity, MiniLM", texts, ktl.backbone("bert", weights=minilm()), timed),
    ]
    with tempfile.TemporaryDirectory() as folder:
        boxes = scenes(Path(folder))
        inspections += [
            inspection_row(
                "scenes with boxes, MobileNetV2 0.35",
                boxes,
                image_backbone("MobileNetV2 0.35"),
                timed,
            ),
        ]
    tagged = ktl.data.Dataset(entities().train.subset(range(_TAGGED)))
    inspections.append(
        inspection_row("wnut17, MiniLM", tagged, ktl.backbone("bert", weights=minilm()), timed)
    )
    reports = [
        report_row("trashnet6, MobileNetV2 0.35", photos(0), photo_recipe(), "auto", timed),
        report_row(
            "rt-polarity, MiniLM, linear probe only",
            texts,
            ktl.TextClassification(ktl.backbone("bert", weights=minilm())),
            "feature_extraction",
            timed,
        ),
    ]
    missed = [
        f"{row['name']}: the page takes {row['page']:.1f} s, {row['share']:.0%} of the training"
        for row in reports
        if row["share"] > _PAGE_SHARE and row["page"] > _PAGE_SECONDS
    ]
    missed += [
        f"{row['name']}: bars and messages take {row['bars']:.1%}"
        for row in reports
        if row["bars"] > _BARS
    ]
    missed += [
        f"{row['name']}: the inspection takes {row['ratio']:.2f} passes"
        for row in inspections
        if row["ratio"] > _PASSES
    ]
    text = page(reports, inspections, missed)
    print(text)
    if chosen.write:
        chosen.write.write_text(text, encoding="utf-8")
    for each in missed:
        print(f"missed: {each}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
