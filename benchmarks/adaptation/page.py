"""The page of the docs, written from all results."""

from pathlib import Path

from adaptation.results import Results
from adaptation.tables import tables
from adaptation.tasks import TASKS, load

_PATH = Path(__file__).parents[2] / "docs" / "adaptation.md"


def write() -> None:
    """Write the page."""
    _PATH.write_text(text(), "utf-8")


def text() -> str:
    """Return the page."""
    results = Results.read()
    lines = [
        "# Domain adaptation, measured",
        "",
        "`python benchmarks/adaptation`: accuracy of the last iterate on the target's test",
        "examples, mean and standard deviation over seeds. Labels of the target are used for these",
        "metrics and for the model trained on the target, and for nothing else. A method's",
        "accuracy is the adapted model's, whatever its verdict; *what is kept* is the baseline",
        "where the verdict advises it. Seconds are those of a whole `fit`, with baseline and",
        "verdict; where several ran side by side (`--workers`), those of one on its share of the",
        "cores.",
        *(f"Measured on {each}." for each in results.machines),
    ]
    for name in TASKS:
        own = results.of(name)
        if len(own):
            task = load(name)
            lines += ["", f"## {name}", "", task.explanation.strip(), "", tables(task, own)]
            problems = task.missed(own)
            lines += ["", *(problems and ["Missed:", *(f"- {each}" for each in problems)])]
            lines += [] if problems else ["All targets are reached."]
    return "\n".join([*lines, ""])


def missed() -> list[str]:
    """Name the targets that the results miss."""
    results = Results.read()
    return [
        problem
        for name in TASKS
        if len(results.of(name))
        for problem in load(name).missed(results.of(name))
    ]
