"""The settings of the feature cache: directory and limits."""

import os
from dataclasses import dataclass
from pathlib import Path

from kerastl.basics.byte_size import byte_size


@dataclass(frozen=True)
class FeatureCache:
    """Settings of the feature cache, which stores the outputs of frozen stages.

    The cache key is a hash of everything that features depend on: the frozen layers and their
    weights, the examples in their order, their preprocessing, and the versions of kerastl, Keras
    and its backend. If any of these changes, features are computed again.

    Args:
        directory: Directory that keeps features for later runs, in files with a checksum; made if
            it does not exist. It is used only if no other user may write to it. Defaults to None:
            features are deleted when the fit ends.
        memory_limit: Largest size of features in memory if there is no directory, in bytes or as
            text such as `"2GiB"`. Larger features go to temporary files. Defaults to 2 GiB.
        disk_limit: Largest size of all files, in the same units. The least recently used entries
            are deleted first. Features that exceed the limit alone are not cached. Defaults to
            20 GiB.

    Raises:
        NotADirectoryError: If `directory` or one of its parents is a file.
        ValueError: If a limit is not a size.

    Example:

    ```python
    recipe.fit(data, "feature_extraction", cache=FeatureCache("features", disk_limit="5GiB"))
    ```
    """

    directory: str | os.PathLike[str] | None = None
    memory_limit: int | str = 2 * 2**30
    disk_limit: int | str = 20 * 2**30

    def __post_init__(self) -> None:
        object.__setattr__(self, "memory_limit", byte_size(self.memory_limit))
        object.__setattr__(self, "disk_limit", byte_size(self.disk_limit))
        if self.directory is None:
            return
        path = Path(self.directory)
        object.__setattr__(self, "directory", path)
        for place in (path, *path.parents):
            # Path's own methods raise if a parent directory may not be searched.
            if os.path.exists(place) and not os.path.isdir(place):
                raise NotADirectoryError(
                    f"The feature cache needs a directory, and {place} is a file: pass another. "
                    f"Received: directory={os.fspath(path)!r}"
                )

    @classmethod
    def of(cls, value: "FeatureCache | str | os.PathLike[str] | None") -> "FeatureCache":
        """Return a cache unchanged, or one with default limits for a directory or None."""
        return value if isinstance(value, FeatureCache) else cls(value)
