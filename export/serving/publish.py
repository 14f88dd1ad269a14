"""Copy a bundle's SavedModel into a served folder, as the next version.

python publish.py out/trash models/classifier
"""

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path


def publish(bundle: Path, served: Path) -> Path:
    """Copy the SavedModel under the next free number.

    The server sees only complete versions: it ignores directories whose names are not numbers, and
    the finished copy is renamed in one step.

    Args:
        bundle: The directory of the bundle.
        served: The model's folder on the server, with one directory for each version. Created if
            it is missing.

    Returns:
        The new version's directory.

    Raises:
        SystemExit: If the bundle holds no SavedModel, or leads to files outside itself.
    """
    described = bundle / "kerastl.json"
    if not described.is_file():
        raise SystemExit(
            f"The directory holds no kerastl.json: give a bundle. Received: {str(bundle)!r}"
        )
    description = json.loads(described.read_text(encoding="utf-8"))
    if "saved_model" not in description:
        raise SystemExit(f"Export the saved_model format first. Received: {str(bundle)!r}")
    source = bundle / description["saved_model"]["path"]
    _check_inside(bundle, source)
    served.mkdir(parents=True, exist_ok=True)
    numbers = [int(path.name) for path in served.iterdir() if path.name.isdecimal()]
    incoming = Path(tempfile.mkdtemp(prefix=".incoming-", dir=served))
    try:
        shutil.copytree(source, incoming, dirs_exist_ok=True)
        # The server may run as another user.
        incoming.chmod(0o755)
        version = served / str(max(numbers, default=0) + 1)
        os.rename(incoming, version)
    except BaseException:
        shutil.rmtree(incoming, ignore_errors=True)
        raise
    return version


def _check_inside(bundle: Path, source: Path) -> None:
    # A copy follows links: somebody else's bundle could publish any file of this machine.
    for path in (source, *source.rglob("*")):
        if not path.resolve().is_relative_to(bundle.resolve()):
            raise SystemExit(f"This path leads out of the bundle. Received: {str(path)!r}")


def main() -> None:
    """Read the command line and print the path of the version."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("served", type=Path, help="such as models/classifier")
    given = parser.parse_args()
    print(publish(given.bundle, given.served))


if __name__ == "__main__":
    main()
