"""The error of an export without a file that was asked for."""

from collections.abc import Sequence

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.bundle.bundle import Bundle


class RefusedError(RuntimeError):
    """A file that was asked for missed a bound and was not written; the other files were.

    Args:
        bundle: The bundle, which is complete apart from the refused files.
        refused: The rows of the refused files.
        option: The option that accepts a bundle without them. Defaults to that of the Python API.

    Attributes:
        bundle: As given.
        refused: As given.

    Example:

    ```python
    try:
        bundle = recipe.export("out/trash", quantize=("float32", "int8"))
    except kerastl.artifacts.RefusedError as error:
        bundle = error.bundle  # without tflite/int8
    ```
    """

    def __init__(
        self, bundle: Bundle, refused: Sequence[Artifact], option: str = 'on_refused="report"'
    ) -> None:
        self.bundle = bundle
        self.refused = tuple(refused)
        reasons = "; ".join(f"{each.name} {each.decision}" for each in self.refused)
        super().__init__(
            "Files that were asked for missed a bound and were not written. The other files are "
            f"in {str(bundle.directory)!r}. Loosen the bound, or pass {option} to accept this. "
            f"Received: {reasons}"
        )
