"""SHA-256 checksums of a bundle's files."""

import hashlib
from pathlib import Path

CHECKSUMS = "SHA256SUMS"


def write_checksums(directory: Path) -> None:
    """Write the checksum of every file, in the format that `sha256sum --check` reads.

    Args:
        directory: A finished bundle.
    """
    lines = []
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        lines.append(f"{digest}  {path.relative_to(directory).as_posix()}\n")
    (directory / CHECKSUMS).write_text("".join(lines), encoding="utf-8")
