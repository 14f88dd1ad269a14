"""The part of every recipe that concerns inputs of no class."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import keras

    from kerastl.heads.unfamiliarity import Unfamiliarity
    from kerastl.recipe.unknown.unknown_rule import UnknownRule


class UnknownInputs:
    """What the engine asks of a recipe about inputs of no class.

    Attributes:
        finds_unknown: Whether `fit` learns to tell unknown inputs. The head needs `logits`.
        unknown_rule: The score and its threshold; None for another task, for a recipe that is not
    """

    finds_unknown: ClassVar[bool] = False
    unknown_rule: UnknownRule | None = None
    extended_model: tuple[keras.Model, Unfamiliarity, keras.Model] | None = None
