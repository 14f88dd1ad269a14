"""Train a recipe on labelled examples, from options or from a run file."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.cli.command import add_parser

if TYPE_CHECKING:
    from kerastl.cli.run_file.run import Run

_EXAMPLE = """\
kerastl fit photos --test-split 0.2 --out runs/photos
kerastl fit reviews.csv --text review --label sentiment --out runs/reviews
kerastl fit photos --backbone mobilenet_v2 --option alpha=0.35 --epochs 8 --out runs/small
kerastl fit films.csv --text plot --label genres --label-separator ";" --out runs/genres
kerastl fit train.json --images photos --test test.json --out runs/detector
kerastl fit runs/photos/run.yaml --out runs/again
kerastl fit movies.csv --adapt-to products.csv --out runs/products
kerastl fit photos --test-split 0.2 --out runs/photos --resume"""

# Options whose names are not those of the keys in a run file.
_OPTION_OF = {
    "path": "DATA",
    "name": "--schedule",
    "options": "--option",
    "split": "--split-column",
}


def add_command(commands: Any) -> None:
    """Add `kerastl fit`."""
    parser = add_parser(
        commands, "fit", run, "Train on a folder of class folders, a table or a run file", _EXAMPLE
    )
    parser.add_argument(
        "data", metavar="DATA", type=Path,
        help="a folder with one folder of images a class (or train, validation and test "
        "folders of such), a .csv, .tsv or .parquet file, a .conll file, a COCO .json file, a "
        "Pascal VOC folder, or a run file (.yaml)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="RUN", help="the directory to write the trained recipe to"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace an earlier run there")
    parser.add_argument(
        "--resume", action="store_true",
        help="go on with a run of the same settings that was killed: its state lies in "
        "RUN.checkpoint until it is done",
    )  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="print the evaluation, nothing else")
    _add_data_settings(parser.add_argument_group("data"))
    _add_recipe_settings(parser.add_argument_group("recipe"))
    _add_training_settings(parser.add_argument_group("training"))
    _add_target_settings(parser.add_argument_group("adaptation"))


def run(chosen: argparse.Namespace) -> None:
    """Train, save and evaluate."""
    from kerastl.cli.training import check_directory, train

    described = _described(chosen)
    how = {"overwrite": chosen.overwrite, "resume": chosen.resume}
    check_directory(described.directory, **how)
    train(described, quiet=chosen.quiet, **how)


def _described(chosen: argparse.Namespace) -> Run:
    from kerastl.cli.run_file.place import Place
    from kerastl.cli.run_file.run import Run, read_run

    settings = {name: value for name, value in vars(chosen).items() if "." in name}
    if chosen.data.suffix.lower() in (".yaml", ".yml"):
        if settings:
            given = ", ".join(_option(tuple(name.split("."))) for name in settings)
            raise ValueError(
                f"A run file says it all: put these settings into it. Received: {given} with "
                f"{str(chosen.data)!r}"
            )
        described = read_run(chosen.data)
        return described if chosen.out is None else replace(described, out=chosen.out)
    values: dict[str, Any] = {
        "data": {"path": chosen.data},
        "recipe": {},
        "schedule": {},
        "fit": {},
        "target": {},
    }
    for name, value in settings.items():
        section, _, key = name.partition(".")
        values[section][key] = value
    if "seed" in values["fit"]:
        values["data"]["seed"] = values["fit"]["seed"]
    if "options" in values["recipe"]:
        values["recipe"]["options"] = dict(values["recipe"]["options"])
    return replace(Run.from_values(values, Place(_option), Path()), out=chosen.out)


def _option(keys: tuple[str, ...]) -> str:
    """Return the option that stands for a key of a run file; a section has none."""
    if len(keys) < 2:
        return ""
    return _OPTION_OF.get(keys[1], "--" + keys[1].replace("_", "-"))


def _add_data_settings(group: Any) -> None:
    _add(group, "--text", "data.text", "COLUMN", 'column with the texts (default: "text")')
    _add(group, "--image", "data.image", "COLUMN", "column with paths of images")
    _add(group, "--label", "data.label", "COLUMN", 'column with the labels (default: "label")')
    _add(group, "--labels", "data.labels", "COLUMN", "columns that are labels, each with 0 and 1",
         nargs="+")  # fmt: skip
    _add(group, "--label-separator", "data.label_separator", "TEXT",
         "what is between several labels in a cell of the label column")  # fmt: skip
    _add(group, "--values", "data.values", "COLUMN", "columns with numbers to learn", nargs="+")
    _add(group, "--images", "data.images", "FOLDER",
         "where the images of a COCO file lie (default: beside it)", type=Path)  # fmt: skip
    for part in ("validation", "test"):
        _add(group, f"--{part}", f"data.{part}", "FILE",
             f"the {part} part of a CoNLL or COCO file", type=Path)  # fmt: skip
    _add(group, "--split-column", "data.split", "COLUMN", "column that says train or test")
    _add(group, "--group", "data.group", "COLUMN",
         "column (for folders: regular expression) of what must not be divided")  # fmt: skip
    _add(group, "--encoding", "data.encoding", "NAME", "of a CSV file (default: utf-8)")
    _add(group, "--validation-split", "data.validation_split", "SHARE",
         "held out for validation (default: 0.2 unless the data names such a part)",
         type=float)  # fmt: skip
    _add(group, "--test-split", "data.test_split", "SHARE", "held out for testing", type=float)
    _add(group, "--on-error", "data.on_error", None, "what to do about unreadable images",
         choices=("raise", "skip"))  # fmt: skip


def _add_recipe_settings(group: Any) -> None:
    from kerastl.tasks.registry import TASKS

    _add(group, "--task", "recipe.task", None, "default: by the data", choices=tuple(TASKS))
    _add(group, "--backbone", "recipe.backbone", "NAME",
         "name, preset or path (default: mobilenet_v2 or bert); see kerastl backbones")  # fmt: skip
    _add(group, "--weights", "recipe.weights", "WEIGHTS",
         "pretrained (default), none, a preset's name or a path")  # fmt: skip
    _add(group, "--option", "recipe.options", "NAME=VALUE",
         "option of the backbone's builder, such as alpha=0.35; may be repeated",
         action="append", type=_name_and_value)  # fmt: skip
    _add(group, "--image-size", "recipe.image_size", "HxW", "in pixels, such as 224 or 224x320")
    _add(group, "--sequence-length", "recipe.sequence_length", "N", "tokens a text", type=int)


def _add_training_settings(group: Any) -> None:
    _add(group, "--schedule", "schedule.name", "NAME",
         "auto (default), linear_probe_then_fine_tune, feature_extraction, "
         "full_fine_tune, ...")  # fmt: skip
    _add(group, "--epochs", "schedule.epochs", "N", "of fine-tuning", type=int)
    _add(group, "--learning-rate", "schedule.learning_rate", "RATE",
         "peak rate of fine-tuning (default: by the schedule)", type=float)  # fmt: skip
    _add(group, "--budget", "schedule.budget", "TIME",
         "of the auto schedule: seconds, or 90s, 10min, 1h (default: none)")  # fmt: skip
    _add(group, "--from-stage", "schedule.from_stage", "STAGE", "first stage that is fine-tuned")
    _add(group, "--batch-size", "fit.batch_size", "N",
         "default: 16, from 20,000 examples on 32", type=int)  # fmt: skip
    _add(group, "--seed", "fit.seed", "N", "of splits and training (default: 0)", type=int)


def _add_target_settings(group: Any) -> None:
    _add(group, "--adapt-to", "target.adapt_to", "DATA",
         "unlabelled examples that the recipe shall work on: a folder of images or a table",
         type=Path)  # fmt: skip
    _add(group, "--adaptation", "target.adaptation", "METHOD",
         "self_training (default), dann, cdan, deep_coral, shot, adabn, ...")  # fmt: skip


def _add(group: Any, option: str, key: str, metavar: str | None, about: str, **how: Any) -> None:
    # Left out of the namespace unless given, so that a run file's defaults hold for both.
    group.add_argument(
        option, dest=key, metavar=metavar, help=about, default=argparse.SUPPRESS, **how
    )


def _name_and_value(text: str) -> tuple[str, Any]:
    import yaml

    name, sign, value = text.partition("=")
    if not name or not sign:
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE. Received: {text!r}")
    try:
        return name, yaml.safe_load(value)
    except yaml.YAMLError:
        return name, value
