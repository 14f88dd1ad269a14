"""Find the image files that tables and annotations name."""

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from kerastl.data.images.inspection import IMAGE_SUFFIXES
from kerastl.data.reading.files import is_image, name_key


class FileFinder:
    """Find image files by names that other systems wrote.

    A name that is the path of a file is that file. Otherwise a name also matches if it differs from
    the file's name only in upper and lower case, in the Unicode normal form, in spaces around it,
    in backslashes, or in a missing file extension. It may begin with the name of the folder.

    Args:
        folder: The folder that names are relative to. Its files are listed at most once.

    Example:

    ```python
    finder = FileFinder(Path("VOC2012/JPEGImages"))
    finder.find("2007_000027")  # "VOC2012/JPEGImages/2007_000027.JPG"
    ```
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = "" if folder == Path() else str(folder)
        self._names: dict[str, frozenset[str]] = {}
        self._entries: dict[str, dict[str, list[str]]] = {}
        self._stems: dict[str, dict[str, list[str]]] = {}

    def find(self, *names: str) -> str:
        """Return the path of the image file with one of some names.

        Args:
            *names: Names relative to the folder, or absolute. The first that is found counts.

        Returns:
            The path of the file, or the path of the first name if no file has one of the names.

        Raises:
            ValueError: If a name without a file extension is that of several images.
        """
        for name in names:
            where, _, last = name.rpartition("/")
            if last in (self._names.get(where) or self._listed(where)):
                # The usual case, without a call of the system for each name.
                return os.path.join(self._root, name)
            path = str(self._folder / name)
            if os.path.isfile(path):
                return path
        for name in names:
            if found := self._similar(name):
                return found
        return str(self._folder / names[0])

    def _listed(self, where: str) -> frozenset[str]:
        """Return the names of the images in a folder, as they are written."""
        if where not in self._names:
            plain = not where or os.path.normpath(where) == where
            listed = _images_in(self._folder / where) if plain else ()
            self._names[where] = frozenset(listed)
        return self._names[where]

    def _similar(self, name: str) -> str | None:
        parts = PurePosixPath(name.strip().replace("\\", "/")).parts
        if not parts:
            return None
        if parts[0] == "/":
            return self._walk("/", parts[1:])
        found = self._walk(str(self._folder), parts)
        if (
            found is None
            and len(parts) > 1
            and name_key(parts[0]) == name_key(self._folder.resolve().name)
        ):
            return self._walk(str(self._folder), parts[1:])
        return found

    def _walk(self, where: str, parts: tuple[str, ...]) -> str | None:
        """Follow folders and a file whose names differ only in their writing."""
        for part in parts[:-1]:
            if part == "..":
                where = os.path.join(where, part)
                continue
            found = self._named(where, part, os.path.isdir)
            if found is None:
                return None
            where = found
        found = self._named(where, parts[-1], os.path.isfile)
        if found is not None or os.path.splitext(parts[-1])[1].lower() in IMAGE_SUFFIXES:
            return found
        self._list(where)
        images = self._stems[where].get(name_key(parts[-1]), [])
        exact = [each for each in images if os.path.splitext(each)[0] == parts[-1]]
        if len(exact or images) > 1:
            raise ValueError(
                "Several images have this name: add the file extension. Received: "
                f"{parts[-1]!r} for {' and '.join(map(repr, images))} in {where!r}"
            )
        return os.path.join(where, (exact or images)[0]) if images else None

    def _named(self, where: str, name: str, is_kind: Callable[[str], bool]) -> str | None:
        path = os.path.join(where, name)
        if is_kind(path):
            return path
        self._list(where)
        alike = [os.path.join(where, each) for each in self._entries[where].get(name_key(name), [])]
        found = [each for each in alike if is_kind(each)]
        return found[0] if len(found) == 1 else None

    def _list(self, where: str) -> None:
        if where in self._entries:
            return
        entries: dict[str, list[str]] = {}
        stems: dict[str, list[str]] = {}
        for name in sorted(os.listdir(where)) if os.path.isdir(where) else ():
            entries.setdefault(name_key(name), []).append(name)
            if is_image(name):
                stems.setdefault(name_key(os.path.splitext(name)[0]), []).append(name)
        self._entries[where], self._stems[where] = entries, stems


def _images_in(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [each.name for each in entries if is_image(each.name) and each.is_file()]
