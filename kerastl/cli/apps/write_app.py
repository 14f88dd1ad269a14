"""Write an app for a bundle."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from kerastl.answering.bundle_files import DESCRIPTION, BundleFiles
from kerastl.answering.kept_files import chosen_file, default_file, kept_files
from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.bundle.markup import markdown_text
from kerastl.basics.files.damaged import reading
from kerastl.basics.files.staging import whole_or_nothing
from kerastl.basics.files.target_directory import check_target, is_empty
from kerastl.cli.apps.mobile_sources import check_package, fill_source
from kerastl.cli.apps.receiver import Receiver, find_receiver, receivers_folder
from kerastl.cli.apps.steps import steps
from kerastl.cli.apps.web_app import complete_web_app

README = "README.md"


@dataclass(frozen=True)
class App:
    """An app to write.

    Attributes:
        receiver: Its kind.
        bundle: The bundle that it answers with.
        artifact: The row of the file that it runs.
        package: The Kotlin package of an Android source.
    """

    receiver: Receiver
    bundle: BundleFiles
    artifact: Artifact
    package: str

    @classmethod
    def make(cls, kind: str, bundle: Path, file: str | None, package: str) -> App:
        """Choose the receiver and the file that it runs.

        Args:
            kind: The kind of app, such as `"web"`.
            bundle: The directory that `export` wrote.
            file: The LiteRT file, such as `"int8"`; None for the default one.
            package: The Kotlin package of an Android source.

        Raises:
            FileNotFoundError: If the directory is no bundle.
            ValueError: If the app does not answer for the bundle's task, or does not run the file.
        """
        files = BundleFiles(bundle)
        receiver = find_receiver(kind, files.description["task"])
        check_package(package)
        return cls(receiver, files, _artifact(receiver, files, file), package)

    def write(self, directory: Path) -> list[Path]:
        """Write the app into a new directory, completely or not at all.

        Returns:
            The files and folders in it.

        Raises:
            FileExistsError: If something is there.
        """
        if os.path.lexists(directory) and not (directory.is_dir() and is_empty(directory)):
            raise FileExistsError(
                "Something is there already, and nothing is replaced: pass another directory. "
                f"Received: {str(directory)!r}"
            )
        check_target(directory, overwrite=False, marker=README, what="app")
        with whole_or_nothing(directory, README) as staged:
            for name in self.receiver.files:
                self._copy(receivers_folder() / name, staged)
            self._add_model(staged)
            if self.receiver.is_installable:
                complete_web_app(staged, self.bundle.directory.resolve().name)
            (staged / README).write_text(self._readme(), encoding="utf-8")
        return sorted(directory.iterdir())

    @property
    def model(self) -> str:
        """Name of the LiteRT file in the app, or of the served folder."""
        if self.receiver.is_served:
            return "models"
        return self.receiver.model or self._path.name

    @property
    def _path(self) -> Path:
        assert self.artifact.path is not None
        return Path(self.artifact.path)

    def _copy(self, source: Path, staged: Path) -> None:
        if not self.receiver.is_source:
            shutil.copyfile(source, staged / source.name)
            return
        with reading(self.bundle.directory / DESCRIPTION):
            filled = fill_source(
                source.read_text(encoding="utf-8"),
                self._path.stem,
                self.bundle.description["tflite"][self._path.as_posix()]["inputs"],
                len(self.bundle.description["labels"]),
                self.package,
            )
        (staged / source.name).write_text(filled, encoding="utf-8")

    def _add_model(self, staged: Path) -> None:
        if not self.receiver.is_served:
            (staged / self.model).write_bytes(self.bundle.read(self._path.as_posix()))
            if self.receiver.is_source:
                (staged / "labels.txt").write_bytes(self.bundle.read("labels.txt"))
            return
        (staged / DESCRIPTION).write_bytes(self.bundle.read(DESCRIPTION))
        source, version = self.bundle.directory / self._path, self._path.name
        for path in sorted(each for each in source.rglob("*") if each.is_file()):
            inside = path.relative_to(source)
            target = staged / "models" / "classifier" / version / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(self.bundle.read((self._path / inside).as_posix()))

    def _readme(self) -> str:
        described = self.bundle.description
        labels = described["labels"]
        named = ", ".join(map(markdown_text, labels[:20])) + (", ..." if len(labels) > 20 else "")
        lines = [
            f"# {self.receiver.about}",
            "",
            f"Written by `kerastl app {self.receiver.name}` for the bundle "
            f"{markdown_text(self.bundle.directory.resolve().name)}: "
            f"{described['task'].replace('_', ' ')} with `{self.artifact.name}`. Labels: {named}.",
            "",
            *steps(self.receiver.name, self.model, described),
            "",
        ]
        return "\n".join(lines)


def _artifact(receiver: Receiver, files: BundleFiles, file: str | None) -> Artifact:
    if receiver.is_served:
        kept = [row for row in files.report.artifacts if row.name == "saved_model" and row.kept]
        if not kept or file is not None:
            raise ValueError(
                f"An app of the kind {receiver.name!r} runs the SavedModel: leave out --file, and "
                'export with "saved_model" among the formats. '
                f"Received: file={file!r}, {str(files.directory)!r}"
            )
        return kept[0]
    runs = receiver.variants or tuple(kept_files(files.report))
    if file is not None:
        chosen = chosen_file(files.report, file)
    else:
        chosen = default_file(files.report, files.description["preprocessing"]["kind"])
    name = chosen.name.removeprefix("tflite/")
    if name not in runs:
        raise ValueError(
            f"An app of the kind {receiver.name!r} runs {', '.join(runs)}. Received: {name!r}"
        )
    return chosen
