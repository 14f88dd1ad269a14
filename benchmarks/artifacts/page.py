"""The page of the docs, written from all results."""

from pathlib import Path

from artifacts.case import Case
from artifacts.cases import CASES
from artifacts.results import Results
from artifacts.table import Table
from artifacts.tables.names import TABLES, load

_PATH = Path(__file__).parents[2] / "docs" / "artifacts.md"
_NOTES = Path(__file__).with_name("notes.md")


def write() -> None:
    """Write the page."""
    _PATH.write_text(text(), "utf-8")


def text() -> str:
    """Return the page."""
    results = Results.read()
    lines = [
        "# Exported files, measured",
        "",
        "`python benchmarks/artifacts`: linear probes on frozen features",
        '(`fit(data, "feature_extraction")`), exported with the default bounds, and measured on',
        "test parts that nothing was chosen on: trashnet6's own 150 photos; 200 images of",
        "sign_digits, a block of neighbours by number, another one with each seed, so that no",
        "person is in two parts; 500 sentences of rt-polarity. Seeds 0 to 2 draw the validation",
        "part, or the block.",
        *(f"Measured on {each}, shared with other programs." for each in results.machines),
    ]
    missing = [name for name in CASES if name not in results.cases]
    lines += [f"Not measured yet: {'; '.join(missing)}."] if missing else []
    for table in map(load, TABLES):
        own = results.of(table.name)
        if not len(own):
            continue
        cases = _measured(own)
        lines += ["", f"## {table.title}", "", table.explanation, "", *table.lines(own, cases)]
        problems = table.missed(own, cases)
        if problems:
            lines += ["", "Missed:", "", *(f"- {each}" for each in problems)]
        lines += _notes(table)
    return "\n".join(lines).rstrip("\n") + "\n"


def _measured(results: Results) -> list[Case]:
    return [case for case in CASES.values() if case.name in results.cases]


def _notes(table: Table) -> list[str]:
    """What was learnt from a table, written by hand in `notes.md` under its name."""
    parts = _NOTES.read_text("utf-8").split("\n# ") if _NOTES.is_file() else []
    for part in parts:
        name, _, body = part.removeprefix("# ").partition("\n")
        if name.strip() == table.name:
            return ["", body.strip()]
    return []


def missed() -> list[str]:
    """Name the targets that the results miss."""
    results = Results.read()
    return [
        f"{table.name}: {problem}"
        for table in map(load, TABLES)
        if len(own := results.of(table.name))
        for problem in table.missed(own, _measured(own))
    ]
