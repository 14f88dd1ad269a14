"""A PostScript image, and a program in place of Ghostscript that leaves a mark when it runs."""

from pathlib import Path

from PIL import EpsImagePlugin

CONTENT = b"""%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 8 8
%%EndComments
newpath 1 setlinewidth 0 0 moveto 8 8 lineto stroke showpage
%%EOF
"""


def plant(folder: Path, monkeypatch) -> Path:
    """Put a program named `gs` first on the path; return the file that it writes."""
    mark, program = folder / "gs_has_run", folder / "gs"
    program.write_text(f"#!/bin/sh\necho ran >> '{mark}'\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", None)
    return mark
