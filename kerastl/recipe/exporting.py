"""Export a trained recipe as a bundle of verified artifacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.artifacts.bundle.bundle import Bundle
from kerastl.artifacts.export import export_bundle
from kerastl.artifacts.unknown_output import UnknownOutput
from kerastl.data.splits.holdout import with_validation
from kerastl.data.splits.other_class import known_data
from kerastl.data.splits.sampling import stratified_sample
from kerastl.recipe.held_out_examples import CALIBRATION, HELD_OUT, held_out_examples

if TYPE_CHECKING:
    from kerastl.artifacts.exportable import Exportable
    from kerastl.artifacts.held_out import HeldOut
    from kerastl.artifacts.on_refused import OnRefused
    from kerastl.data.splits.split import Split
    from kerastl.recipe.contract import RecipeContract


def export_recipe(
    recipe: RecipeContract,
    directory: Path,
    data: Any,
    *,
    formats: Sequence[str] | None,
    quantize: str | Sequence[str] | None,
    max_drop: float | None,
    min_agreement: float | None,
    on_refused: OnRefused | None,
    check_server: bool,
    max_pixels: int | None,
    max_examples: int,
    overwrite: bool,
) -> Bundle:
    """Export verified artifacts; the arguments are those of `Recipe.export`."""
    exportable = _with_unknown(recipe)
    if data is None:
        raise ValueError(
            "An export compares artifacts with the model on examples, and a loaded recipe has "
            "none: pass data=, as to fit(). Received: data=None"
        )
    given, data = data, recipe.as_dataset(data)
    if recipe.finds_unknown:
        data, _ = known_data(data)
    recipe.check_modality(data.train)
    data = with_validation(data, seed=recipe.seed)
    assert data.validation is not None
    note = recipe.note_on(data.validation)
    if note is None and given is recipe.data and _is_adapted(recipe):
        note = "of the source, while the model is adapted to another domain"
    return export_bundle(
        exportable,
        directory,
        held_out=_examples(recipe, data.validation, HELD_OUT),
        calibration=_examples(recipe, data.train, CALIBRATION),
        formats=formats,
        quantize=quantize,
        max_drop=max_drop,
        min_agreement=min_agreement,
        on_refused=on_refused,
        check_server=check_server,
        max_pixels=max_pixels,
        max_examples=max_examples,
        overwrite=overwrite,
        quantized_weights=recipe.quantized_weights,
        note=note,
    )


def _with_unknown(recipe: RecipeContract) -> Exportable:
    rule, exportable = recipe.unknown_rule, recipe.exportable()
    if rule is None or not rule.has_threshold:
        return exportable
    output = UnknownOutput(rule.unfamiliarity, rule.threshold, rule.false_alarms)
    return replace(exportable, unknown=output)


def _is_adapted(recipe: RecipeContract) -> bool:
    return recipe.verdict is not None and recipe.verdict.kept == "adapted"


def _examples(recipe: RecipeContract, split: Split, limit: int) -> HeldOut:
    chosen = stratified_sample(split, limit)
    batches = recipe.batches(chosen).map(lambda inputs, labels: inputs).as_numpy_iterator()
    return held_out_examples(chosen, batches, recipe.model, lambda inputs: recipe.targets(chosen))
