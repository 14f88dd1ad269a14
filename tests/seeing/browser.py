"""Look at a page in headless Chromium."""

import json
import os
import subprocess
from pathlib import Path

from tests.chromium import MODULES, find_browser

DRIVER = Path(__file__).with_name("look.mjs")


def look(page: Path, name: str, folder: Path) -> dict[str, list[str]]:
    """Open a page light and dark, wide and narrow, and return what is wrong with it.

    Args:
        page: The file.
        name: Name of the folder of its screenshots.
        folder: Folder for them, unless `KERASTL_SCREENSHOTS` names another one, to keep them.
    """
    shots = Path(os.environ.get("KERASTL_SCREENSHOTS", folder)) / name
    shots.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["node", str(DRIVER), str(MODULES), find_browser(), str(page), str(shots)],
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    assert len(list(shots.glob("*.png"))) == 4
    return found
