"""Serve a bundle over HTTP."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import Any

from kerastl.basics.printer import show
from kerastl.cli.command import add_parser

_EXAMPLE = """\
kerastl serve exported/photos
kerastl serve exported/photos --name photos --host 0.0.0.0 --port 8080"""
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


def add_command(commands: Any) -> None:
    """Add `kerastl serve`."""
    parser = add_parser(
        commands, "serve", run,
        "Serve a bundle over HTTP without TensorFlow, with the REST interface of TensorFlow "
        "Serving", _EXAMPLE,
    )  # fmt: skip
    parser.add_argument(
        "bundle", metavar="BUNDLE", type=Path, help="directory that kerastl export wrote"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="HOST",
        help="address to listen at; 0.0.0.0 lets other machines in (default: 127.0.0.1)",
    )  # fmt: skip
    parser.add_argument(
        "--port", type=int, default=8501, metavar="PORT",
        help="port to listen at; 0 takes a free one (default: 8501)",
    )  # fmt: skip
    parser.add_argument(
        "--name", default="classifier", metavar="NAME",
        help="name of the model in /v1/models/NAME (default: classifier)",
    )  # fmt: skip
    parser.add_argument(
        "--format", metavar="NAME",
        help="LiteRT file, such as float32 (default: as for kerastl predict)",
    )  # fmt: skip
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, metavar="COUNT",
        help="requests that are answered at the same time, each with a copy of the file in memory "
        "(default: the number of cores)",
    )  # fmt: skip
    parser.add_argument(
        "--max-requests", type=int, default=64, metavar="COUNT",
        help="requests that are answered or wait; more get the status 503 (default: 64)",
    )  # fmt: skip
    parser.add_argument(
        "--max-bytes", type=int, default=32_000_000, metavar="COUNT",
        help="largest body of a request; a larger one gets the status 413 (default: 32000000)",
    )  # fmt: skip
    parser.add_argument(
        "--max-examples", type=int, default=128, metavar="COUNT",
        help="largest number of examples of a request (default: 128)",
    )  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    from kerastl.answering.serving.handler import Handler
    from kerastl.answering.serving.limited_server import Limits
    from kerastl.answering.serving.predict_call import PredictCall
    from kerastl.answering.serving.server import BundleServer
    from kerastl.basics.arguments import check_count, check_port
    from kerastl.cli.answers.quiet_bundle import load_quietly

    for name in ("workers", "max_requests", "max_bytes", "max_examples"):
        check_count(name, getattr(chosen, name))
    check_port(chosen.port)
    if not _NAME.fullmatch(chosen.name):
        raise ValueError(
            "`name` is a part of the address: use letters, digits, `_`, `.` and `-`. "
            f"Received: name={chosen.name!r}"
        )
    models = [load_quietly(chosen.bundle, chosen.format) for _ in range(chosen.workers)]
    limits = Limits(
        body_bytes=chosen.max_bytes,
        requests=chosen.max_requests,
        connections=4 * chosen.max_requests,
    )
    call = PredictCall(models, chosen.max_examples)
    server = BundleServer((chosen.host, chosen.port), Handler, chosen.name, call, limits)
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    address = f"http://{host}:{server.server_port}"
    show(f"{models[0]!r}")
    # A program that starts the server reads this line: it must not wait in a buffer.
    print(f"{address}/v1/models/{chosen.name}:predict", flush=True)
    server.run_until_stopped()
    show("stopped")
