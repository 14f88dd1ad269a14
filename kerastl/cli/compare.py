"""Compare backbones on labelled examples."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from kerastl.basics.printer import show
from kerastl.cli.command import add_parser
from kerastl.cli.interrupted import Interrupted, command

_EXAMPLE = """\
kerastl compare photos --test-split 0.2 --backbones mobilenet mobilenet_v2
kerastl compare photos --backbones mobilenet_v2,alpha=0.35 mobilenet_v2 --cache features
kerastl compare reviews.csv --text review --label sentiment --backbones bert --no-export"""

# The names of kerastl fit, with the settings of the data section of a run file.
_DATA_OPTIONS = {
    "--text": ("text", "COLUMN", 'column with texts (default: "text")'),
    "--image": ("image", "COLUMN", "column with paths of images"),
    "--label": ("label", "COLUMN", 'column with labels (default: "label")'),
    "--split-column": ("split", "COLUMN", "column with the split of each row"),
    "--group": ("group", "COLUMN", "column with groups that are not divided between splits"),
    "--encoding": ("encoding", "NAME", "character encoding of a CSV file (default: utf-8)"),
    "--separator": ("separator", "CHARACTER", "character between two cells of a CSV file"),
    "--on-error": ("on_error", "WHAT", "raise (default), or skip examples that cannot be used"),
}


def add_command(commands: Any) -> None:
    """Add `kerastl compare`."""
    parser = add_parser(
        commands, "compare", run,
        "Compare backbones on labelled examples by accuracy, size and latency", _EXAMPLE,
    )  # fmt: skip
    parser.add_argument(
        "data",
        metavar="DATA",
        type=Path,
        help="labelled examples with one class each, as for kerastl fit",
    )
    parser.add_argument(
        "--backbones", metavar="NAME", nargs="+", required=True, type=_backbone,
        help="names, presets or paths, each followed by options of its builder after commas, such "
        "as mobilenet_v2,alpha=0.35,weights=FILE",
    )  # fmt: skip
    parser.add_argument(
        "--no-export", dest="export", action="store_false",
        help="estimate size and latency; write and run no files",
    )  # fmt: skip
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="DIRECTORY",
        help="directory that keeps features for later runs",
    )
    parser.add_argument(
        "--plot",
        type=Path,
        metavar="FILE",
        help="plot accuracy against latency to FILE, such as a.png",
    )
    parser.add_argument("--json", action="store_true", help="print every metric as JSON")
    for option, (key, metavar, about) in _DATA_OPTIONS.items():
        parser.add_argument(option, dest=key, metavar=metavar, help=about)
    for part, default in (("validation", "0.2 if DATA has no validation split"), ("test", "0")):
        parser.add_argument(
            f"--{part}-split", type=float, default=0.0, metavar="SHARE",
            help=f"share to hold out for the {part} split (default: {default})",
        )  # fmt: skip
    parser.add_argument(
        "--pixel-range", type=float, nargs=2, metavar="VALUE",
        help="values of black and white in images that store numbers, as for kerastl fit",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, metavar="N",
                        help="seed of splits and linear probes (default: 0)")  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    """Compare and print."""
    from kerastl.basics.files.plot_file import check_plot_file
    from kerastl.cli.quiet_start import import_tensorflow
    from kerastl.cli.run_file.data.choose import read_data_section
    from kerastl.cli.run_file.place import Place

    if chosen.plot is not None:
        check_plot_file(chosen.plot)
    named = {key: getattr(chosen, key) for key, _, _ in _DATA_OPTIONS.values()}
    settings = {
        "path": chosen.data,
        "validation_split": chosen.validation_split,
        "test_split": chosen.test_split,
        "seed": chosen.seed,
        **{key: value for key, value in named.items() if value is not None},
        **({} if chosen.pixel_range is None else {"pixel_range": chosen.pixel_range}),
    }
    section = read_data_section(settings, Place(lambda keys: ""))
    try:
        import_tensorflow()
        from kerastl.comparing.compare import compare

        found = compare(
            section.read_for_training(chosen.seed),
            [_made(name, options) for name, options in chosen.backbones],
            export=chosen.export,
            cache=chosen.cache,
            seed=chosen.seed,
            verbose=0 if chosen.json else "auto",
        )
    except KeyboardInterrupt as interrupt:
        if chosen.cache is None:
            raise Interrupted(
                "nothing was written. With --cache DIRECTORY, features are kept for the next time"
            ) from interrupt
        raise Interrupted(
            f"features that were computed are kept in {chosen.cache}. Continue with: "
            f"{command(*chosen.words)}"
        ) from interrupt
    if chosen.json:
        show(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        show(found)
    _ = found.best  # raises an error if no backbone could be measured
    if chosen.plot is not None:
        found.plot(chosen.plot)


def _made(name: str, options: dict[str, Any]) -> Any:
    """Return a backbone with options; a name without options may fail as one row of the table."""
    from kerastl.backbones.registry import backbone

    return backbone(name, **options) if options else name


def _backbone(text: str) -> tuple[str, dict[str, Any]]:
    import yaml

    name, *given = text.split(",")
    options: dict[str, Any] = {}
    for each in given:
        key, sign, value = each.partition("=")
        if not key or not sign:
            raise argparse.ArgumentTypeError(
                f"options after a backbone must be NAME=VALUE. Received: {text!r}"
            )
        options[key] = None if value == "none" else yaml.safe_load(value)
    return name, options
