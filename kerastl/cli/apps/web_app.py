"""Fill the service worker and the manifest of a web app."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from kerastl.basics.printable import printable

WORKER = "service_worker.js"
MANIFEST = "manifest.webmanifest"
_UNFILLED = 'const APP = { version: "", files: [] };'
_SHORT_NAME = 12  # characters; below an icon there is room for that many


def complete_web_app(folder: Path, name: str) -> None:
    """Name a web app, and tell its service worker what to keep for use offline.

    A browser fetches the app again if its service worker has changed. The worker has a version
    that follows from the content of every file, so that another model is another worker.

    Args:
        folder: All files of the app, the model among them.
        name: The name under its icon.
    """
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    shown = printable(name).replace("_", " ")
    manifest |= {"name": shown, "short_name": shown[:_SHORT_NAME]}
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    files = sorted(each.name for each in folder.iterdir() if each.name != WORKER)
    worker = (folder / WORKER).read_text(encoding="utf-8")
    content = hashlib.sha256(worker.encode())
    for file in files:
        content.update(f"\0{file}\0".encode() + (folder / file).read_bytes())
    app = json.dumps({"version": content.hexdigest()[:16], "files": files})
    (folder / WORKER).write_text(worker.replace(_UNFILLED, f"const APP = {app};"), encoding="utf-8")
