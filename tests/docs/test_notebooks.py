"""Every notebook of the docs runs, and every result at the end of a cell shows itself."""

import ast
import json
from pathlib import Path

import pytest

from tests.contracts.recipes_under_test import film_words, tiny_bert

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "notebooks"
# Values of the first code cell: without downloads, and short.
CHANGED = {
    "photos": "weights, options = None, {'alpha': 0.25}",
    "reviews": "backbone, options = tiny, {}",
    "own_model_and_adaptation": "count, epochs = 200, 2",
}
LEAST_SHOWN = 5


def cells(name):
    """Return the code of a notebook's cells, in order."""
    notebook = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert not cell["outputs"]
            yield "".join(cell["source"])


def run(code, names):
    """Run a cell; return the value of its last expression, as a notebook does."""
    body = ast.parse(code).body
    value = None
    if body and isinstance(body[-1], ast.Expr):
        last = ast.Expression(body.pop().value)
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        value = eval(compile(last, "cell", "eval"), names)
    else:
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
    return value


def test_every_notebook_is_run():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(CHANGED)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGED)
def test_a_notebook_runs_and_shows_its_results(name, monkeypatch):
    monkeypatch.chdir(FOLDER)
    names = {"tiny": tiny_bert(film_words())} if name == "reviews" else {}
    shown = 0
    for number, code in enumerate(cells(name)):
        value = run(code, names)
        if number == 0:
            run(CHANGED[name], names)
        html = getattr(value, "_repr_html_", lambda: None)()
        if html is not None:
            assert html.lstrip().startswith("<")
            shown += 1
    assert shown >= LEAST_SHOWN
