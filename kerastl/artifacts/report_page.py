"""A bundle's report as one page that needs nothing else."""

from html import escape

from kerastl.artifacts.bundle import Bundle

_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .8rem; text-align: right }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left }
tr.refused { color: #a33 }
"""


def report_page(bundle: Bundle) -> str:
    """Write the table of a bundle's artifacts as an HTML page.

    Args:
        bundle: What `export` made.

    Returns:
        The page, with its style inside and no link to any other file.
    """
    head, *rows = bundle.table()
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f"<title>{escape(bundle.directory.name)}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{escape(bundle.directory.name)}</h1>",
        f"<p>{escape(bundle.task.replace('_', ' '))}, {len(bundle.labels)} classes. "
        f"{escape(bundle.figure).capitalize()} of the model {bundle.model_accuracy:.3f} on "
        f"{bundle.examples} held-out examples.</p>",
        "<table>",
        _row("th", head),
    ]
    for artifact, cells in zip(bundle.artifacts, rows, strict=True):
        lines.append(_row("td", cells, "" if artifact.kept else ' class="refused"'))
    labels = ", ".join(escape(label) for label in bundle.labels)
    lines += ["</table>", f"<p>Classes: {labels}</p>", "</body></html>", ""]
    return "\n".join(lines)


def _row(tag: str, cells: tuple[str, ...], attributes: str = "") -> str:
    inner = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)
    return f"<tr{attributes}>{inner}</tr>"
