"""What a run file says about the recipe."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.cli.run_file.paths import from_file, to_file

if TYPE_CHECKING:
    from kerastl.recipe.recipe import Recipe

PRETRAINED, RANDOM = "pretrained", "none"
_WEIGHT_NAMES = (PRETRAINED, RANDOM, "imagenet")
DEFAULT_BACKBONES = {
    "image_classification": "mobilenet_v2",
    "image_multi_label_classification": "mobilenet_v2",
    "image_regression": "mobilenet_v2",
    "object_detection": "mobilenet_v2",
    "text_classification": "bert",
    "text_multi_label_classification": "bert",
    "text_regression": "bert",
    "token_classification": "bert",
}
"""The tasks that the command line reads data for, each with the backbone that it takes."""
_SETTINGS = (
    "dropout",
    "pooling",
    "bottleneck",
    "feature_stages",
    "image_size",
    "augmentation",
    "sequence_length",
    "coverage",
    "width",
)
_LISTS = ("image_size", "feature_stages")


@dataclass(frozen=True)
class RecipeSection:
    """A task, a backbone and what goes between them.

    Args:
        task: What is learned: a key of `DEFAULT_BACKBONES`.
        backbone: As for `kerastl.backbone`: a name, preset or path. Defaults to
            `"mobilenet_v2"` for images and `"bert"` for texts.
        weights: `"pretrained"`, the backbone's own; `"none"`, random ones; or a preset's name
            or a path. Defaults to `"pretrained"`.
        options: Options of the backbone's builder, such as `{"alpha": 0.35}`.
        dropout: Share of features dropped while training. Defaults to the task's own.
        pooling: How features become one vector. Defaults to the backbone's own way.
        bottleneck: Width of a dense layer between pooled features and head. Defaults to none.
        feature_stages: Stages whose features the head sees. Defaults to the backbone's own.
        image_size: `(height, width)` in pixels. Defaults to the backbone's own.
        augmentation: `"default"`, `"no_flip"` or `"none"`, for images.
        sequence_length: Tokens a text. Defaults to what holds most training texts whole.
        coverage: Share of numbers that their intervals hold, for regression.
        width: Filters of pyramid and head, for detection.

    Raises:
        ValueError: If the task is unknown, or a setting is for another task.
    """

    task: str
    backbone: str | None = None
    weights: str | None = PRETRAINED
    options: dict[str, Any] = field(default_factory=dict)
    dropout: float | None = None
    pooling: str | None = None
    bottleneck: int | None = None
    feature_stages: tuple[str, ...] | None = None
    image_size: tuple[int, int] | None = None
    augmentation: str | None = None
    sequence_length: int | None = None
    coverage: float | None = None
    width: int | None = None

    def __post_init__(self) -> None:
        from kerastl.tasks.registry import find_task

        if self.task not in DEFAULT_BACKBONES:
            find_task(self.task)
            raise ValueError(
                "The command line reads no data for this task: train it in Python. "
                f"Received: task={self.task!r}"
            )
        # What a class hands on to those it builds on counts as well.
        accepted = {
            name
            for each in find_task(self.task).__mro__
            for name in inspect.signature(each).parameters
        }
        for name in self._given():
            if name not in accepted:
                raise ValueError(
                    f"The task {self.task!r} has no {name}. "
                    f"Received: {name}={getattr(self, name)!r}"
                )
        if "weights" in self.options:
            raise ValueError(
                "`weights` is a setting of the recipe, not an option of the backbone. "
                f"Received: options={self.options!r}"
            )

    def make(self) -> Recipe:
        """Make the recipe, not yet built.

        Raises:
            ValueError: If backbone, weights, options and task do not fit.
        """
        from kerastl.backbones.registry import backbone
        from kerastl.tasks.registry import find_task

        options = dict(self.options)
        if self.weights != PRETRAINED:
            options["weights"] = None if self.weights in (None, RANDOM) else self.weights
        return find_task(self.task)(
            backbone(self.backbone or DEFAULT_BACKBONES[self.task], **options),
            **self._given(),
        )

    def completed(self, recipe: Recipe) -> RecipeSection:
        """Return the section with what the recipe chose by itself."""
        config = recipe.get_config()
        chosen = {name: config[name] for name in _SETTINGS if config.get(name) is not None}
        for name in set(chosen) & set(_LISTS):
            chosen[name] = tuple(chosen[name])
        given = recipe.backbone.name if self.backbone is None else self.backbone
        return replace(self, backbone=given, **chosen)

    def located(self, folder: Path) -> RecipeSection:
        """Return the section with paths that were relative to a folder."""
        return self._with_paths(from_file, folder)

    def as_seen_from(self, folder: Path) -> RecipeSection:
        """Return the section with paths relative to a folder."""
        return self._with_paths(to_file, folder)

    def _with_paths(self, change: Any, folder: Path) -> RecipeSection:
        from kerastl.backbones.registry import names

        given = self.backbone
        return replace(
            self,
            backbone=None if given is None else change(given, folder, names()),
            weights=change(self.weights or RANDOM, folder, _WEIGHT_NAMES),
        )

    def _given(self) -> dict[str, Any]:
        settings = {name: getattr(self, name) for name in _SETTINGS}
        return {name: value for name, value in settings.items() if value is not None}
