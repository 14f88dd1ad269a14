"""Load `kerastl serve` with many clients, and write docs/bundle-serving.md.

    python benchmarks/bundle_serving.py
    python benchmarks/bundle_serving.py --bundles out/bundles     # kept there for the next run

Each number of clients sends requests over connections that stay open, one example each, for some
seconds. The rate of the bare interpreter is measured before and after, on inputs that are ready and
with as many interpreters in threads as the server has, so both share the machine with the same
programs.
"""

import argparse
import base64
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from bundle_predict import CASES, EMPTY
from machine import machine

DOCS = Path(__file__).resolve().parents[1] / "docs" / "bundle-serving.md"
CLIENTS, SECONDS, WORKERS = (1, 2, 8, 50), 6.0, 2
MEASURED = ("large", "texts")


def bodies(name: str) -> list[bytes]:
    """Return requests with one raw input each."""
    made = []
    for raw in CASES[name].inputs()[:100]:
        instance: Any = {"text": raw}
        if raw.endswith(".jpg"):
            encoded = base64.b64encode(Path(raw).read_bytes()).decode()
            instance = {"image_bytes": {"b64": encoded}}
        made.append(json.dumps({"instances": [instance]}).encode())
    return made


def in_threads(count: int, one: Any) -> tuple[list[float], float]:
    """Call a function again and again in threads; return the seconds of each call, and of all."""
    taken: list[float] = []
    until = time.perf_counter() + SECONDS

    def loop(number: int) -> None:
        call, turn = one(number), number
        while time.perf_counter() < until:
            start = time.perf_counter()
            call(turn)
            taken.append(time.perf_counter() - start)
            turn += count

    threads = [threading.Thread(target=loop, args=(number,)) for number in range(count)]
    begun = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return taken, time.perf_counter() - begun


def interpreter_rate(path: Path) -> float:
    """Return examples in a second of `WORKERS` bare interpreters at the same time."""

    def one(number: int) -> Any:
        run = Interpreter(str(path), num_threads=1).get_signature_runner()
        ready = {
            name: np.ones(detail["shape"], detail["dtype"])
            for name, detail in run.get_input_details().items()
        }
        return lambda turn: run(**ready)

    taken, seconds = in_threads(WORKERS, one)
    return len(taken) / seconds


def client_rate(address: str, requests: list[bytes], clients: int) -> dict[str, float]:
    """Return requests in a second, and the median and the 99th percentile of their time."""
    place = urlsplit(address)

    def one(number: int) -> Any:
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)

        def call(turn: int) -> None:
            connection.request("POST", place.path, requests[turn % len(requests)])
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200 or b'"error": ""' not in content:
                raise SystemExit(f"a wrong answer: {answer.status} {content[:200]!r}")

        return call

    taken, seconds = in_threads(clients, one)
    return {
        "rate": len(taken) / seconds,
        "median": statistics.median(taken) * 1000,
        "p99": float(np.percentile(taken, 99)) * 1000,
    }


def measure(folder: Path, name: str) -> dict[str, Any]:
    case, bundle = CASES[name], folder / name
    if not (bundle / "report.json").is_file():
        case.fit().export(bundle, quantize=("float32", *case.formats[:1]), **EMPTY)
    file, requests = bundle / "tflite" / f"{case.formats[0]}.tflite", bodies(name)
    bare = [interpreter_rate(file)]
    command = [sys.executable, "-m", "kerastl", "serve", str(bundle), "--port", "0"]
    command += ["--format", case.formats[0], "--workers", str(WORKERS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        server.stdout.readline()
        address = server.stdout.readline().strip()
        client_rate(address, requests, 1)
        served = {clients: client_rate(address, requests, clients) for clients in CLIENTS}
        server.terminate()
    bare.append(interpreter_rate(file))
    print(case.title, bare, served, flush=True)
    title = f"{case.title}, {case.formats[0]}"
    return {"case": title, "bare": statistics.mean(bare), "served": served}


def page(rows: list[dict[str, Any]]) -> str:
    lines = [
        "# Requests to a served bundle, measured",
        "",
        "How many requests `kerastl serve` answers. Clients are threads of another process on",
        "the same machine and keep their connections open. A request has one raw example: a",
        f"JPEG file of 512 x 384 pixels, or a sentence. The share is of the rate of {WORKERS}",
        "bare interpreters with inputs that are ready. The clients and the decoding of images",
        "share the processor with the server. Every answer was checked for errors. Script:",
        "`python benchmarks/bundle_serving.py`.",
        f"Measured on {machine()}, shared with other programs.",
        "",
        "| case | interpreters, a second | clients | requests a second | share | median, ms "
        "| p99, ms |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        for clients, found in row["served"].items():
            lines.append(
                f"| {row['case']} | {row['bare']:.0f} | {clients} | {found['rate']:.0f} | "
                f"{found['rate'] / row['bare']:.2f} | {found['median']:.1f} | {found['p99']:.1f} |"
            )
    return "\n".join([*lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bundles", type=Path, help="folder of the bundles, made if missing")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows = [measure(given.bundles or Path(scratch), name) for name in MEASURED]
    DOCS.write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
