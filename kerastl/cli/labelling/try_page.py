"""Open a page on which a person tries a model and corrects its answers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from kerastl.basics.printer import show
from kerastl.cli.command import add_parser

_EXAMPLE = """\
kerastl try runs/photos
kerastl try exported/photos --no-browser --port 8080
kerastl try runs/reviews --corrections more_reviews.csv"""


def add_command(commands: Any) -> None:
    """Add `kerastl try`."""
    parser = add_parser(
        commands, "try", run,
        "Open a page on this machine on which images or texts are answered, and answers corrected",
        _EXAMPLE,
    )  # fmt: skip
    parser.add_argument(
        "model", metavar="RUN|BUNDLE", type=Path,
        help="directory that kerastl fit wrote, whose answers are also explained, or one that "
        "kerastl export wrote, which answers without TensorFlow",
    )  # fmt: skip
    parser.add_argument(
        "--port", type=int, default=0, metavar="PORT",
        help="port to listen at (default: a free one)",
    )  # fmt: skip
    parser.add_argument(
        "--no-browser", dest="browser", action="store_false",
        help="print the address of the page, and open no browser",
    )  # fmt: skip
    parser.add_argument(
        "--corrections", type=Path, metavar="PATH",
        help="folder for corrected images, or CSV file for corrected texts "
        "(default: corrections, or corrections.csv)",
    )  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    """Answer the page until SIGTERM or SIGINT."""
    from kerastl.answering.trying.handler import TryHandler
    from kerastl.answering.trying.server import TryServer
    from kerastl.answering.trying.tried_model import TriedModel
    from kerastl.basics.arguments import check_port

    check_port(chosen.port)
    model = TriedModel(_loaded(chosen.model), chosen.model.resolve().name)
    corrections = _corrections(model, chosen.corrections)
    # A port in use is an error before the first answer, which takes seconds.
    server = TryServer(chosen.port, TryHandler, model, corrections)
    model.warm_up()
    # A program that starts the server reads this line: it must not wait in a buffer.
    print(server.address, flush=True)
    show("Ctrl-C ends the program.")
    if chosen.browser:
        import webbrowser

        webbrowser.open(server.address)
    server.run_until_stopped()
    show("stopped")


def _loaded(directory: Path) -> Any:
    """Return the model of a bundle, or the recipe of a run.

    Raises:
        FileNotFoundError: If the directory is neither.
    """
    from kerastl.answering.bundle_files import is_bundle

    if is_bundle(directory):
        from kerastl.cli.answers.quiet_bundle import load_quietly

        return load_quietly(directory)
    from kerastl.basics.files.recovery import recover
    from kerastl.recipe.saving import RECIPE_FILE

    recover(directory)
    if not (directory / RECIPE_FILE).is_file():
        raise FileNotFoundError(
            "This is neither a run nor a bundle: pass a directory that `kerastl fit` or "
            f"`kerastl export` wrote. Received: {str(directory)!r}"
        )
    from kerastl.cli.quiet_start import import_tensorflow
    from kerastl.tasks.loading import load

    import_tensorflow()
    return load(directory)


def _corrections(model: Any, path: Path | None) -> Any:
    """Return where corrected examples go; None for a task whose answers are not corrected."""
    from kerastl.answering.trying.corrections import ImageCorrections, TextCorrections
    from kerastl.basics.files.target_directory import check_writable

    if not model.is_corrected:
        if path is not None:
            raise ValueError(
                "The page corrects answers that are one class: leave `--corrections` out. "
                f"Received: --corrections {str(path)!r} for a model of the task {model.task!r}"
            )
        return None
    is_image = model.modality == "image"
    if path is not None and not (is_image and path.is_file()):
        # The default may be in a folder that somebody else owns, and no answer is corrected.
        check_writable(path if is_image else path.parent)
    if is_image:
        return ImageCorrections(path or Path("corrections"), model.labels)
    return TextCorrections(path or Path("corrections.csv"), model.labels)
