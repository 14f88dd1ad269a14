"""One network on one data set: what a case of the artifact benchmark gives."""

from collections.abc import Callable
from dataclasses import dataclass

import kerastl as ktl


@dataclass(frozen=True)
class Case:
    """A recipe on data, measured on a test part that nothing is chosen on.

    Attributes:
        name: What the command line calls it.
        data: From a seed to the data set, test part included.
        recipe: Makes the recipe, untrained.
    """

    name: str
    data: Callable[[int], ktl.data.Dataset]
    recipe: Callable[[], ktl.Recipe]

    @property
    def is_text(self) -> bool:
        """Whether the network is a transformer."""
        return "MiniLM" in self.name
