"""Ask TensorFlow Serving over REST, with the standard library only.

python client.py BUNDLE photo.jpg other.jpg
python client.py BUNDLE "A fine film." "A waste of time." --server http://localhost:8501
"""

import argparse
import base64
import json
import urllib.error
import urllib.request
from pathlib import Path


def make_request(bundle: Path, items: list[str]) -> dict:
    """Make the request that the bundle's own signature asks for.

    Args:
        bundle: The exported directory.
        items: Paths of pictures, or texts.

    Returns:
        The JSON body of a `:predict` call.
    """
    told = json.loads((bundle / "kerastl.json").read_text(encoding="utf-8"))
    (name,) = told["saved_model"]["signatures"]["serving_default"]["inputs"]
    if name.endswith("_bytes"):
        pictures = [base64.b64encode(Path(item).read_bytes()).decode() for item in items]
        return {"instances": [{name: {"b64": picture}} for picture in pictures]}
    return {"instances": [{name: text} for text in items]}


def ask(server: str, model: str, request: dict, timeout: float = 30.0) -> list[dict]:
    """Send a request.

    Returns:
        `label`, `scores` and `labels` for each item.

    Raises:
        SystemExit: If the server cannot be reached or answers with an error, which is shown.
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
        raise SystemExit(f"The server refused: {error.read().decode(errors='replace')}") from error
    except urllib.error.URLError as error:
        raise SystemExit(f"No server at {server}: {error.reason}") from error


def main() -> None:
    """Read the command line and print a label for each item."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("items", nargs="+")
    parser.add_argument("--server", default="http://localhost:8501")
    parser.add_argument("--model", default="classifier")
    given = parser.parse_args()
    answers = ask(given.server, given.model, make_request(given.bundle, given.items))
    for item, answer in zip(given.items, answers, strict=True):
        print(f"{item}\t{answer['label']}\t{max(answer['scores']):.3f}")


if __name__ == "__main__":
    main()
