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
kerastl fit photos
kerastl fit photos --test-split 0.2 --out runs/photos
kerastl fit reviews.csv --text review --label sentiment --out runs/reviews
kerastl fit photos --backbone mobilenet_v2 --option alpha=0.35 --epochs 8 --out runs/small
kerastl fit films.csv --text plot --label genres --label-separator ";" --out runs/genres
kerastl fit reviews.csv --text review --values stars --out runs/stars
kerastl fit train.json --images photos --test test.json --out runs/detector
kerastl fit runs/photos/run.yaml --out runs/again
kerastl fit photos --test-split 0.2 --out runs/photos --resume
kerastl fit photos --adapt-to new_photos --out runs/new_photos"""

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
        commands, "fit", run,
        "Train a recipe on labelled images or texts, save it and measure it", _EXAMPLE,
    )  # fmt: skip
    parser.add_argument(
        "data", metavar="DATA", type=Path,
        help="a folder with one folder of images for each class (or with such folders in train, "
        "validation and test), a .csv, .tsv or .parquet table, a .conll file, a COCO .json file, "
        "a Pascal VOC folder, or a run file (.yaml)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="RUN",
        help="directory of the trained recipe (default: runs/NAME, with the name of DATA)",
    )  # fmt: skip
    parser.add_argument("--overwrite", action="store_true", help="replace an earlier run in RUN")
    parser.add_argument(
        "--resume", action="store_true",
        help="continue a run with the same settings that was killed; its state is in "
        "RUN.checkpoint until the run is complete (in RUN/.kerastl-checkpoint if RUN was empty)",
    )  # fmt: skip
    parser.add_argument(
        "--tracker", choices=("tensorboard", "mlflow", "wandb"),
        help="send the metrics of every epoch to a tracker; TensorBoard's files are in "
        "RUN.tensorboard",
    )  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="print only the evaluation")
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
    train(described, quiet=chosen.quiet, words=chosen.words, tracker=chosen.tracker, **how)


def _described(chosen: argparse.Namespace) -> Run:
    from kerastl.cli.run_file.place import Place
    from kerastl.cli.run_file.run import Run, read_run

    settings = {name: value for name, value in vars(chosen).items() if "." in name}
    if chosen.data.suffix.lower() in (".yaml", ".yml"):
        if settings:
            given = ", ".join(_option(tuple(name.split("."))) for name in settings)
            raise ValueError(
                "A run file holds all settings: write these into the file. Received: "
                f"{given} with {str(chosen.data)!r}"
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
    """Return the option for a setting of a run file, or an empty string for a section."""
    if len(keys) < 2:
        return ""
    if keys[0] == "target" and not keys[1].startswith("adapt"):
        return f"--target-{keys[1]}"
    return _OPTION_OF.get(keys[1], "--" + keys[1].replace("_", "-"))


def _add_data_settings(group: Any) -> None:
    _add(group, "--text", "data.text", "COLUMN", 'column with texts (default: "text")')
    _add(group, "--image", "data.image", "COLUMN", "column with paths of images")
    _add(group, "--label", "data.label", "COLUMN", 'column with labels (default: "label")')
    _add(group, "--labels", "data.labels", "COLUMN", "columns of 0 and 1, one for each label",
         nargs="+")  # fmt: skip
    _add(group, "--label-separator", "data.label_separator", "TEXT",
         "text between several labels in a cell of the label column")  # fmt: skip
    _add(group, "--values", "data.values", "COLUMN", "columns with numbers to predict", nargs="+")
    _add(group, "--images", "data.images", "FOLDER",
         "folder of the images of a COCO file (default: the folder of the file)",
         type=Path)  # fmt: skip
    for split in ("validation", "test"):
        _add(group, f"--{split}", f"data.{split}", "FILE",
             f"CoNLL or COCO file with the {split} split", type=Path)  # fmt: skip
    _add(group, "--split-column", "data.split", "COLUMN",
         "column with the split of each row: train, validation or test")  # fmt: skip
    _add(group, "--group", "data.group", "COLUMN",
         "column with groups that are not divided between splits; for a folder of images a "
         "regular expression that finds the group in a path")  # fmt: skip
    _add(group, "--encoding", "data.encoding", "NAME",
         "character encoding of a CSV or CoNLL file (default: utf-8)")  # fmt: skip
    _add(group, "--separator", "data.separator", "CHARACTER",
         "character between two cells of a CSV file (default: found from the header)")  # fmt: skip
    _add(group, "--validation-split", "data.validation_split", "SHARE",
         "share to hold out for validation (default: 0.2 if DATA has no validation split)",
         type=float)  # fmt: skip
    _add(group, "--test-split", "data.test_split", "SHARE",
         "share to hold out for the test (default: 0)", type=float)  # fmt: skip
    _add(group, "--on-error", "data.on_error", None,
         "whether examples that cannot be used, such as unreadable images and empty cells, are an "
         "error or are left out (default: raise)",
         choices=("raise", "skip"))  # fmt: skip
    _add(group, "--pixel-range", "data.pixel_range", "VALUE",
         "values of black and white in images that store numbers, such as 0 4095 for 12 bits in "
         "16-bit PNG files (default: the range of the files' type)",
         nargs=2, type=float)  # fmt: skip
    _add(group, "--corrections", "data.corrections", "FILE",
         "CSV file with corrected labels, as kerastl inspect writes it", type=Path)  # fmt: skip
    _add(group, "--more", "data.more", "PATH",
         "more training examples, such as corrections of kerastl try or labelled suggestions of "
         "kerastl suggest: a folder with one folder of images for each class, or a CSV file with "
         "the columns text or image, and label",
         type=Path)  # fmt: skip


def _add_recipe_settings(group: Any) -> None:
    from kerastl.tasks.registry import TASKS

    tasks = tuple(TASKS)
    _add(group, "--task", "recipe.task", "TASK",
         f"{', '.join(tasks)} (default: the task that DATA stands for)",
         choices=tasks)  # fmt: skip
    _add(group, "--backbone", "recipe.backbone", "NAME",
         "name, preset or path; kerastl backbones lists the names (default: "
         f"{_default_backbones()})")  # fmt: skip
    _add(group, "--weights", "recipe.weights", "WEIGHTS",
         "pretrained, none, the name of a preset or a path (default: pretrained)")  # fmt: skip
    _add(group, "--option", "recipe.options", "NAME=VALUE",
         "option of the backbone's builder, such as alpha=0.35; may be repeated",
         action="append", type=_name_and_value)  # fmt: skip
    _add(group, "--image-size", "recipe.image_size", "HxW",
         "height and width of images in pixels, such as 224 or 224x320 (default: the "
         "backbone's)")  # fmt: skip
    _add(group, "--sequence-length", "recipe.sequence_length", "N",
         "tokens of a text (default: enough for 99 %% of the training texts)",
         type=int)  # fmt: skip
    _add(group, "--truncation", "recipe.truncation", "NAME",
         "which tokens of a longer text are read: head, tail or head_tail (default: chosen by "
         "cross-validation if many texts are longer)")  # fmt: skip


def _default_backbones() -> str:
    from kerastl.tasks.registry import TASKS

    inputs = {(row.modality, row.default_backbone): None for row in TASKS.values()}
    return ", ".join(f"{backbone} for {modality}s" for modality, backbone in inputs)


def _add_training_settings(group: Any) -> None:
    from kerastl.training.schedules.kept_phases import KEEP_OPTIONS

    _add(group, "--schedule", "schedule.name", "NAME",
         "auto, feature_extraction, linear_probe_then_fine_tune, full_fine_tune, ...; an unknown "
         "name lists all (default: auto, the schedule of the task)")  # fmt: skip
    _add(group, "--epochs", "schedule.epochs", "N", "epochs of fine-tuning", type=int)
    _add(group, "--learning-rate", "schedule.learning_rate", "RATE",
         "peak learning rate of fine-tuning (default: by the schedule)", type=float)  # fmt: skip
    _add(group, "--from-stage", "schedule.from_stage", "STAGE",
         "first stage of the backbone that is fine-tuned")  # fmt: skip
    _add(group, "--budget", "schedule.budget", "TIME",
         "time for training in seconds, or such as 90s, 10min, 1h, if the schedule has a budget "
         "(default: no limit)")  # fmt: skip
    _add(group, "--batch-size", "fit.batch_size", "N",
         "examples in a batch (default: 16, from 20,000 examples on 32)", type=int)  # fmt: skip
    _add(group, "--seed", "fit.seed", "N", "seed of splits and training (default: 0)", type=int)
    group.add_argument(
        "--refit", dest="fit.refit", action=argparse.BooleanOptionalAction,
        default=argparse.SUPPRESS,
        help="whether a linear probe that is kept is fitted again on training and validation "
        "examples (default: if DATA has no validation split)",
    )  # fmt: skip
    _add(group, "--keep", "fit.keep", None,
         "keep the best or the last epoch of fine-tuning even if the linear probe has a lower "
         "validation loss (default: as the schedule decides)",
         choices=KEEP_OPTIONS)  # fmt: skip


def _add_target_settings(group: Any) -> None:
    _add(group, "--adapt-to", "target.adapt_to", "DATA",
         "unlabelled examples of the domain to adapt to: a folder of images or a table",
         type=Path)  # fmt: skip
    for name, metavar, what in (
        ("text", "COLUMN", "column with texts"),
        ("image", "COLUMN", "column with paths of images"),
        ("encoding", "NAME", "character encoding"),
        ("separator", "CHARACTER", "character between two cells"),
    ):
        _add(group, f"--target-{name}", f"target.{name}", metavar,
             f"{what} of a table to adapt to (default: as for DATA)")  # fmt: skip
    _add(group, "--adaptation", "target.adaptation", "METHOD",
         "auto, self_training, dann, cdan, deep_coral, shot, adabn, ... (default: "
         "auto)")  # fmt: skip


def _add(group: Any, option: str, key: str, metavar: str | None, about: str, **how: Any) -> None:
    # Absent from the namespace unless given, so that options and run files share defaults.
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
