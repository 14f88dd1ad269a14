"""Compare backbones on labelled examples."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kerastl.basics.printer import show
from kerastl.cli.command import add_parser
from kerastl.cli.data_options import add_data_options, data_section
from kerastl.cli.ending.interrupted import Interrupted, command

_EXAMPLE = """\
kerastl compare photos --test-split 0.2 --backbones mobilenet mobilenet_v2
kerastl compare photos --backbones mobilenet_v2,alpha=0.35 mobilenet_v2 --cache features
kerastl compare reviews.csv --text review --label sentiment --backbones bert --no-export"""


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
    add_data_options(parser)
    parser.add_argument("--seed", type=int, default=0, metavar="N",
                        help="seed of splits and linear probes (default: 0)")  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    """Compare and print."""
    from kerastl.basics.files.plot_file import check_plot_file
    from kerastl.cli.quiet_start import import_tensorflow

    if chosen.plot is not None:
        check_plot_file(chosen.plot)
    section = data_section(chosen)
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
    name, *given = text.split(",")
    return name, named_options(given, text)


def named_options(given: Sequence[str], text: str) -> dict[str, Any]:
    """Return options of a backbone's builder by name.

    Args:
        given: Each `NAME=VALUE`.
        text: What the user wrote, for the error.

    Raises:
        argparse.ArgumentTypeError: If one is not of this form.
    """
    import yaml

    options: dict[str, Any] = {}
    for each in given:
        key, sign, value = each.partition("=")
        if not key or not sign:
            raise argparse.ArgumentTypeError(
                f"options after a backbone must be NAME=VALUE. Received: {text!r}"
            )
        options[key] = None if value == "none" else yaml.safe_load(value)
    return options
