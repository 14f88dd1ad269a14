"""The browser that tests drive, and the packages that drive it."""

import os
import shutil
from pathlib import Path

import pytest

MODULES = Path(__file__).resolve().parents[1] / "export" / "web" / "node_modules"


def find_browser() -> str:
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
