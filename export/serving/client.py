"""Classify images or texts with TensorFlow Serving over REST, using the standard library only.

python client.py BUNDLE photo.jpg other.jpg
python client.py BUNDLE "A fine film." "A waste of time." --server http://localhost:8501
python client.py BUNDLE photo.jpg --allow-unknown
"""

import argparse
import base64
import json
import os
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from pathlib import Path

_UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")  # Control, format, surrogate, line and paragraph ends.
_JOINERS = "\u200c\u200d"  # They belong to emoji and Persian words.


def make_request(bundle: Path, items: list[str]) -> dict:
    """Make a request that fits the bundle's signature.

    Args:
        bundle: The directory of the bundle.
        items: Paths of images, or texts.

    Returns:
        The JSON body of a `:predict` call.

    Raises:
        SystemExit: If the bundle, its SavedModel or an image is missing.
    """
    try:
        description = json.loads((bundle / "kerastl.json").read_text(encoding="utf-8"))
        (name,) = description["saved_model"]["signatures"]["serving_default"]["inputs"]
        contents = [Path(item).read_bytes() for item in items] if name.endswith("_bytes") else []
    except OSError as error:
        raise SystemExit(f"Cannot read {error.filename}: {error.strerror}") from error
    except KeyError as error:
        raise SystemExit(f"Export the saved_model format first. Received: {bundle}") from error
    if contents:
        images = [base64.b64encode(content).decode() for content in contents]
        return {"instances": [{name: {"b64": image}} for image in images]}
    return {"instances": [{name: text} for text in items]}


def ask(server: str, model: str, request: dict, timeout: float = 30.0) -> list[dict]:
    """Send a request and return its predictions.

    Returns:
        `label`, `scores`, `labels` and `error` for each item. `error` is the reason why an item
        has no answer, or empty; the server answers the other items of the request all the same.

    Raises:
        SystemExit: If the server cannot be reached or refuses the whole request, and why.
    """
    call = urllib.request.Request(
        f"{server}/v1/models/{model}:predict",
        data=json.dumps(request).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(call, timeout=timeout) as answer:
            return json.load(answer)["predictions"]
    except urllib.error.HTTPError as error:
        raise SystemExit(f"The server refused: {printable(_message(error.read()))}") from error
    except urllib.error.URLError as error:
        raise SystemExit(f"No server at {server}: {error.reason}") from error


def _message(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")


def printable(text: str) -> str:
    """Escape control characters and invisible ones: a label must not drive the terminal."""
    return "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c) in _UNSAFE and c not in _JOINERS else c
        for c in text
    )


def versions(server: str, model: str, timeout: float = 5.0) -> dict[str, str]:
    """Return the state of each version that the server has.

    Returns:
        States by version, such as `{"2": "AVAILABLE", "1": "END"}`; empty if no server answers.
    """
    try:
        with urllib.request.urlopen(f"{server}/v1/models/{model}", timeout=timeout) as answer:
            states = json.load(answer)["model_version_status"]
    except OSError:
        return {}
    return {state["version"]: state["state"] for state in states}


def wait_until_ready(server: str, model: str, seconds: float) -> None:
    """Wait until a version of the model is available.

    Raises:
        SystemExit: If none is available in time.
    """
    end = time.monotonic() + seconds
    while "AVAILABLE" not in versions(server, model).values():
        if time.monotonic() > end:
            raise SystemExit(f"{server} did not serve {model!r} within {seconds:g} seconds")
        time.sleep(min(1.0, seconds / 10))


def main() -> None:
    """Read the command line and print a label, or an error, for each item."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("items", nargs="+")
    parser.add_argument("--server", default="http://localhost:8501")
    parser.add_argument("--model", default="classifier")
    parser.add_argument(
        "--allow-unknown", action="store_true", help="answer 'none of these' for unknown inputs"
    )
    parser.add_argument("--wait", type=float, default=0.0, help="seconds to wait for the server")
    given = parser.parse_args()
    if given.wait:
        wait_until_ready(given.server, given.model, given.wait)
    answers = ask(given.server, given.model, make_request(given.bundle, given.items))
    failed = 0
    for item, answer in zip(given.items, answers, strict=True):
        if answer["error"]:
            failed += 1
            print(f"{printable(item)}: {printable(str(answer['error']))}", file=sys.stderr)
            continue
        if given.allow_unknown and "is_unknown" not in answer:
            raise SystemExit("This model cannot tell unknown inputs: leave --allow-unknown out.")
        unknown = given.allow_unknown and answer["is_unknown"]
        label = "none of these" if unknown else printable(str(answer["label"]))
        print(f"{printable(item)}\t{label}\t{max(answer['scores']):.3f}")
    if failed:
        raise SystemExit(f"{failed} of {len(answers)} items have no answer.")


if __name__ == "__main__":
    try:
        main()
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, such as head, has closed the pipe; flushing at exit would raise again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
