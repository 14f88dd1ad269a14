"""The documentation site is built, complete and searchable."""

import ast
import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.chromium import MODULES, find_browser

ROOT = Path(__file__).resolve().parents[2]
SEARCH = Path(__file__).with_name("search_site.mjs")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stderr
    return folder


def public_names():
    for stub in sorted((ROOT / "kerastl").rglob("__init__.pyi")):
        package = ".".join(stub.relative_to(ROOT).parts[:-1])
        for node in ast.parse(stub.read_text("utf-8")).body:
            # `from . import data` is a package.
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                for alias in node.names:
                    if not alias.name.startswith("_"):
                        yield f"{package}.{alias.name}"


def test_every_page_is_in_the_navigation():
    named = (ROOT / "mkdocs.yml").read_text("utf-8")
    pages = sorted(page.name for page in (ROOT / "docs").glob("*.md"))
    assert len(pages) > 20
    assert [name for name in pages if f": {name}\n" not in named] == []


@pytest.mark.slow
def test_every_public_name_is_in_the_reference(site):
    pages = [page.read_text("utf-8") for page in (site / "reference").rglob("index.html")]
    anchors = {name for page in pages for name in re.findall(r'id="(kerastl\.[\w.]+)"', page)}
    # A module without public names of its own re-exports those of other packages.
    missing = [name for name in public_names() if name not in anchors]
    assert len(anchors) > 50
    assert not missing


@pytest.mark.slow
def test_links_outside_the_docs_lead_to_the_repository(site):
    page = (site / "phone" / "index.html").read_text("utf-8")
    assert "/blob/main/export/python/README.md" in page
    first = (site / "index.html").read_text("utf-8")
    assert 'href="training/"' in first
    assert "/blob/main/SECURITY.md" in first


@pytest.mark.slow
def test_the_search_finds_a_page_and_nothing_is_requested_elsewhere(site):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    browser = find_browser()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        done = subprocess.run(
            ["node", SEARCH, MODULES, browser, address, "gradual unfreeze"],
            capture_output=True,
            text=True,
            timeout=400,
        )
        server.shutdown()
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert any("Unfreeze" in title or "Training" in title for title in found["titles"]), found
    assert not found["elsewhere"]
