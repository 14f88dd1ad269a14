"""The result of an inspection, with its page and its tables."""

from __future__ import annotations

import os
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kerastl.basics.printable import printable
from kerastl.seeing.inspecting.findings import Findings
from kerastl.seeing.inspecting.problem import MEANINGS, Problem, meaning

if TYPE_CHECKING:
    import pandas as pd

_IMBALANCED = 10.0
_WIDTH = 100


@dataclass(frozen=True, repr=False)
class Inspection(Findings):
    """The problems of a data set, with pages and tables of them.

    The attributes are those of `Findings`.

    Example:

    ```python
    inspection = data.inspect()
    print(inspection)  # counts of problems, and the surest ones
    inspection.write_page("page.html")
    inspection.write_corrections("fixes.csv")  # edit it, and pass it as corrections="fixes.csv"
    ```
    """

    def to_frame(self, *, candidates: bool = False) -> pd.DataFrame:
        """Return the problems as a table.

        Args:
            candidates: Whether improbable ones are rows too. Defaults to False.

        Returns:
            A data frame with the columns example, split, problem, given, suggested, detail and
            score.
        """
        import pandas as pd

        rows = [
            {
                "example": each.example,
                "split": each.split,
                "problem": each.kind,
                "given": each.given,
                "suggested": each.suggested,
                "detail": each.detail,
                "score": each.score,
            }
            for each in self.problems
            if candidates or each.probable
        ]
        columns = ["example", "split", "problem", "given", "suggested", "detail", "score"]
        return pd.DataFrame(rows, columns=columns)

    def write_corrections(self, path: str | os.PathLike[str]) -> Path:
        """Write a table of corrections that a person edits.

        Its rows are the probable problems. The column `keep` is `given` in each, so that the table
        changes nothing until somebody writes `suggested`, or `none` to leave an example out; a
        suggestion may be edited as well. Pass the table back when you read the data, as
        `corrections=`.

        Args:
            path: The CSV file. An existing one is replaced.

        Returns:
            The path.

        Raises:
            OSError: If the file cannot be written.
        """
        from kerastl.seeing.inspecting.corrections_table import write_corrections

        return write_corrections(self.problems, Path(path))

    def write_page(self, path: str | os.PathLike[str], title: str = "Data") -> Path:
        """Write one HTML page without other files: charts, problems, thumbnails and texts.

        Args:
            path: The page. An existing one is replaced.
            title: Its heading. Defaults to `"Data"`.

        Returns:
            The path.

        Raises:
            OSError: If the file cannot be written.
        """
        from kerastl.basics.files.staging import whole_file
        from kerastl.seeing.inspecting.page import inspection_page

        path = Path(path)
        page = inspection_page(self, title)
        with whole_file(path) as written:
            written.write_text(page, encoding="utf-8")
        return path

    def __str__(self) -> str:
        examples = self.examples
        modality = examples.whole.modality
        lines = [f"{len(examples):,} {modality}s, {len(self.class_names):,} {self.kinds}"]
        if self.imbalance >= _IMBALANCED:
            lines[0] += (
                f"; the largest class has {self.imbalance:.0f} times as many as the smallest"
            )
        lines += [f"{count:>6,}  {meaning(kind, count)}" for kind, count in self.totals.items()]
        for kind in ("label", "leakage"):
            if found := self.of(kind)[:5]:
                lines.append(f"the surest {MEANINGS[kind]}:")
                lines += [self._line(each) for each in found]
        shown = [_cut(printable(line)) for line in lines]
        for note in self.remarks:
            shown += textwrap.wrap(f"note: {printable(note)}", _WIDTH, subsequent_indent="  ")
        return "\n".join(shown)

    def _line(self, problem: Problem) -> str:
        name = "" if problem.index is None else self.examples.shown(problem.index, 48)
        if problem.kind == "label" and self.examples.label_name == "label":
            return f"  {name}: {problem.given} → {problem.suggested} ({problem.score:.2f})"
        return f"  {name}: {problem.detail}"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"

    def __repr__(self) -> str:
        return str(self)


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
