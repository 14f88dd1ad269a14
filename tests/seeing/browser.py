"""Look at a page in headless Chromium."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("look.mjs")
MODULES = ROOT / "export" / "web" / "node_modules"


def chromium() -> str:
    """Return the path of Chromium; skip or fail without it and the packages that drive it."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    missing = None
    if path is None or shutil.which("node") is None:
        missing = "install Chromium and Node.js (apt-get install chromium nodejs)"
    elif not all((MODULES / name).is_dir() for name in ("playwright-core", "axe-core")):
        missing = "install the packages: npm ci --prefix export/web"
    if missing and os.environ.get("KERASTL_REQUIRE_BROWSER"):
        pytest.fail(f"KERASTL_REQUIRE_BROWSER is set: {missing}")
    if missing:
        pytest.skip(missing)
    assert path is not None
    return path


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
        ["node", str(DRIVER), str(MODULES), chromium(), str(page), str(shots)],
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    assert len(list(shots.glob("*.png"))) == 4
    return found
