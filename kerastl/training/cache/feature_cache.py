"""Where features of frozen layers are kept, and how many of them."""

import os
from dataclasses import dataclass
from pathlib import Path

from kerastl.basics.byte_size import byte_size


@dataclass(frozen=True)
class FeatureCache:
    """Say where a fit keeps what frozen layers give, so that no example goes through them twice.

    Features are found by the content of all they depend on: the layers and their weights, the
    examples in their order, how examples are prepared, and the versions of kerastl, Keras and
    its backend. Where any of it is another, they are computed anew.

    Args:
        directory: Where features stay for later runs, in files that are mapped into memory;
            made if it is not there. Defaults to None: what is kept goes when the fit ends.
        memory_limit: Most that is held in memory where there is no directory, in bytes or as a
            text such as `"2GiB"`; what does not fit goes to temporary files. Defaults to 2 GiB.
        disk_limit: Most that files take, likewise. The entries that were used longest ago make
            room for new ones. Features that would exceed it alone are not kept. Defaults to
            20 GiB.

    Raises:
        NotADirectoryError: If `directory` is something else.
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
            # Not Path's: they raise where a directory above may not be searched.
            if os.path.exists(place) and not os.path.isdir(place):
                raise NotADirectoryError(
                    f"The feature cache needs a directory, and {place} is a file: name another. "
                    f"Received: directory={os.fspath(path)!r}"
                )

    @classmethod
    def of(cls, value: "FeatureCache | str | os.PathLike[str] | None") -> "FeatureCache":
        """Return a cache as it is, or one with its defaults for a directory or for None."""
        return value if isinstance(value, FeatureCache) else cls(value)
