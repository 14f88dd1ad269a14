"""Suggest which unlabelled examples to label next."""

from __future__ import annotations

import argparse
import csv
import os
from pathlib import Path
from typing import Any

from kerastl.basics.printable import printable
from kerastl.basics.printer import show
from kerastl.cli.command import add_parser

_EXAMPLE = """\
kerastl suggest runs/photos new_photos --out to_label.csv
kerastl suggest runs/photos 'photos/**/*.jpg' --count 20
kerastl suggest runs/reviews more_reviews.csv --text review --out to_label.csv"""


def add_command(commands: Any) -> None:
    """Add `kerastl suggest`."""
    parser = add_parser(
        commands, "suggest", run,
        "Suggest which unlabelled images or texts to label next", _EXAMPLE,
    )  # fmt: skip
    parser.add_argument(
        "model", metavar="RUN", type=Path,
        help="directory that kerastl fit wrote, of a task with one class for each example",
    )  # fmt: skip
    parser.add_argument(
        "pool", metavar="POOL",
        help="unlabelled examples: a folder of images at any depth, a pattern such as "
        "'photos/*.jpg', a table, or a text file with one text on each line",
    )  # fmt: skip
    parser.add_argument(
        "--count", type=int, default=50, metavar="N", help="how many, at most (default: 50)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE",
        help="CSV file to write, with an empty column for the label (default: print lines)",
    )  # fmt: skip
    parser.add_argument("--text", metavar="COLUMN",
                        help="column of a table with texts (default: text)")  # fmt: skip
    parser.add_argument("--image", metavar="COLUMN",
                        help="column of a table with paths of images (default: image)")  # fmt: skip
    parser.add_argument("--encoding", metavar="NAME", default="utf-8",
                        help="character encoding of POOL (default: utf-8)")  # fmt: skip
    parser.add_argument("--separator", metavar="CHARACTER",
                        help="character between two cells of a table")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, metavar="N",
                        help="seed of the clusters (default: 0)")  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    """Print or write the suggestions, the most uncertain first."""
    from kerastl.answering.bundle_files import is_bundle
    from kerastl.basics.arguments import check_count, check_seed
    from kerastl.basics.files.target_directory import check_writable
    from kerastl.cli.quiet_start import import_tensorflow

    check_count("count", chosen.count)
    check_seed(chosen.seed)
    if chosen.out is not None:
        if os.path.lexists(chosen.out):
            raise FileExistsError(
                "The file exists and may have labels already: pass another one as --out. "
                f"Received: {str(chosen.out)!r}"
            )
        check_writable(chosen.out.parent)
    if is_bundle(chosen.model):
        raise ValueError(
            "A bundle has no features to compare examples by: pass the run that it was exported "
            f"from. Received: {str(chosen.model)!r}"
        )
    import_tensorflow()
    from kerastl.tasks.loading import load

    recipe: Any = load(chosen.model)
    if not hasattr(recipe, "to_label"):
        raise ValueError(
            "Examples are suggested for tasks with one class for each example. "
            f"Received: a run of the task {recipe.task!r}"
        )
    found = recipe.to_label(_pool(chosen, recipe), chosen.count, seed=chosen.seed)
    if chosen.out is None:
        for each in found:
            line = f"{printable(each.guess)}\t{each.probability:.3f}\t{printable(each.name)}"
            print(f"{each.score:.3f}\t{line}")
        return
    _write(found, recipe.modality, chosen.out)
    show(f"Written: {chosen.out}: fill in `label`, then pass it to kerastl fit as --more")


def _pool(chosen: argparse.Namespace, recipe: Any) -> Any:
    """Return the unlabelled examples as a split."""
    from kerastl.data.reading.columns import TABLE_ENDINGS
    from kerastl.data.reading.encoding import read_text
    from kerastl.data.sources.unlabelled import unlabelled

    path = Path(chosen.pool)
    if path.suffix.lower() in TABLE_ENDINGS:
        if recipe.modality == "text":
            column: dict[str, Any] = {"text": chosen.text or "text"}
        else:
            column = {"image": chosen.image or "image", "pixel_range": recipe.pixel_range}
        return unlabelled(path, **column, encoding=chosen.encoding, separator=chosen.separator)
    if recipe.modality == "image":
        return unlabelled(chosen.pool, image="image", pixel_range=recipe.pixel_range)
    # Texts may have other separators of lines, at which `splitlines` divides too.
    lines = read_text(path, chosen.encoding).replace("\r\n", "\n").split("\n")
    texts = [line for line in lines if line.strip()]
    if not texts:
        raise ValueError(f"The file has no text. Received: {chosen.pool!r}")
    return unlabelled(texts, modality="text")


def _write(found: list[Any], modality: str, out: Path) -> None:
    from kerastl.basics.files.staging import whole_file

    folder = out.resolve().parent
    with whole_file(out) as temporary, open(temporary, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([modality, "label", "guess", "probability", "score"])
        for each in found:
            # Readers of tables find an image from the folder of its table.
            name = each.name if modality == "text" else os.path.relpath(each.name, folder)
            writer.writerow([name, "", each.guess, f"{each.probability:.4f}", f"{each.score:.4f}"])
