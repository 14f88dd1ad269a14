"""Inspect labelled examples before training."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerastl.basics.printer import show
from kerastl.cli.command import add_parser
from kerastl.cli.data_options import add_data_options, data_section
from kerastl.cli.ending.interrupted import Interrupted, command

_EXAMPLE = """\
kerastl inspect photos
kerastl inspect photos --out look.html
kerastl inspect reviews.csv --text review --label sentiment --backbone none"""


def add_command(commands: Any) -> None:
    """Add `kerastl inspect`."""
    parser = add_parser(
        commands, "inspect", run,
        "Find duplicates, leakage, odd files, outliers and wrong labels before training", _EXAMPLE,
    )  # fmt: skip
    parser.add_argument(
        "data", metavar="DATA", type=Path, help="labelled examples, as for kerastl fit"
    )
    parser.add_argument(
        "--out", type=Path, metavar="PAGE",
        help="HTML page to write; the table of corrections is PAGE-corrections.csv "
        "(default: NAME.html, with the name of DATA)",
    )  # fmt: skip
    parser.add_argument(
        "--backbone", metavar="NAME", default="auto",
        help="name, preset or path whose features are compared; none checks no labels "
        "(default: that of kerastl fit)",
    )  # fmt: skip
    parser.add_argument(
        "--weights", metavar="WEIGHTS", help="name of a preset or a path (default: pretrained)"
    )
    parser.add_argument(
        "--option", dest="options", metavar="NAME=VALUE", action="append", default=[],
        help="option of the backbone's builder, such as alpha=0.35; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--cache", type=Path, metavar="DIRECTORY",
        help="directory that keeps features for later runs",
    )  # fmt: skip
    parser.add_argument("--labels", metavar="COLUMN", nargs="+",
                        help="columns of 0 and 1, one for each label")  # fmt: skip
    parser.add_argument("--label-separator", metavar="TEXT",
                        help="text between several labels in a cell")  # fmt: skip
    parser.add_argument("--values", metavar="COLUMN", nargs="+",
                        help="columns with numbers to predict")  # fmt: skip
    parser.add_argument("--images", metavar="FOLDER", type=Path,
                        help="folder of the images of a COCO file")  # fmt: skip
    parser.add_argument("--corrections", metavar="FILE", type=Path,
                        help="CSV file with corrections of an earlier inspection")  # fmt: skip
    add_data_options(parser)
    parser.add_argument("--seed", type=int, default=0, metavar="N",
                        help="seed of splits and folds (default: 0)")  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    """Inspect, print a summary, and write the page and the table."""
    from kerastl.basics.files.target_directory import check_writable
    from kerastl.cli.quiet_start import import_tensorflow

    page = chosen.out or Path(f"{chosen.data.resolve().stem or 'data'}.html")
    table = page.with_name(f"{page.stem}-corrections.csv")
    if chosen.data.resolve() in (page.resolve(), table.resolve()):
        raise ValueError(
            "The page and the table of corrections need names of their own: pass another --out. "
            f"Received: {str(page)!r}"
        )
    check_writable(page.parent)
    others = ("labels", "label_separator", "values", "images", "corrections")
    section = data_section(chosen, *others)
    if chosen.on_error is None and hasattr(section, "on_error"):
        # What cannot be read is listed with the other problems.
        skipping: dict[str, Any] = {"on_error": "skip"}
        section = replace(section, **skipping)
    try:
        data = section.read()
        import_tensorflow()
        found = data.inspect(_backbone(chosen, section.modality), cache=chosen.cache,
                             seed=chosen.seed)  # fmt: skip
    except KeyboardInterrupt as interrupt:
        kept = "" if chosen.cache is None else f"; features are kept in {chosen.cache}"
        again = command(*chosen.words)
        raise Interrupted(f"nothing was written{kept}. Repeat: {again}") from interrupt
    show(found)
    found.write_page(page, chosen.data.resolve().name)
    found.write_corrections(table)
    show(f"Written: {page}, and {table}: edit `keep`, then pass --corrections {table}")


def _backbone(chosen: argparse.Namespace, modality: str) -> Any:
    """Return the backbone that the options name, or None for no check of labels."""
    from kerastl.backbones.registry import backbone
    from kerastl.cli.compare import named_options
    from kerastl.seeing.inspecting.features import default_backbone

    if chosen.backbone == "none":
        return None
    options = named_options(chosen.options, " ".join(chosen.options))
    if chosen.weights not in (None, "pretrained"):
        options["weights"] = chosen.weights
    if chosen.backbone == "auto" and not options:
        return "auto"
    name = default_backbone(modality) if chosen.backbone == "auto" else chosen.backbone
    return backbone(name, **options)
