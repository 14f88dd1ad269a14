import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.freezing.freezing import stages
from tests.contracts.recipes_under_test import case


def stage_weights(model):
    return [[np.array(weight) for weight in stage.get_weights()] for stage in stages(model)]


def assert_same(one, other):
    for mine, theirs in zip(one, other, strict=True):
        for left, right in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(left, right)


@pytest.fixture(params=["image_classification", "text_classification"])
def chosen(request, tmp_path):
    return case(request.param, tmp_path)


@pytest.mark.slow
def test_another_recipe_goes_on_from_what_the_first_has_learned(chosen, tmp_path):
    first = chosen.make()
    untouched = stage_weights(first.build(chosen.data.class_names))
    phases = [ktl.Phase("from:" + first.backbone.stage_names[1], epochs=1, keep="last")]
    first.fit(chosen.data, phases, verbose=0)
    learned = stage_weights(first.model)
    assert any(
        not np.array_equal(new, old) for new, old in zip(learned[-1], untouched[-1], strict=True)
    )

    second = type(first)(ktl.tuned_backbone(first))
    second.build(("one", "two", "three"))
    assert second.backbone.stage_names == first.backbone.stage_names
    assert second.feature_stages == first.feature_stages
    assert_same(stage_weights(second.model), learned)
    # What was frozen in the first recipe trains in the second.
    assert all(stage.trainable for stage in stages(second.model))

    second.fit(chosen.data, [ktl.Phase("all", epochs=1, keep="last")], verbose=0)
    assert_same(stage_weights(first.model), learned)

    loaded = ktl.load(second.save(tmp_path / "second"))
    split = chosen.data.validation
    np.testing.assert_allclose(loaded.outputs(split), second.outputs(split), atol=1e-6)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("image_classification", "image_regression"),
        ("image_classification", "object_detection"),
        ("text_classification", "token_classification"),
    ],
)
def test_a_recipe_of_another_task_goes_on_from_it(first, second, tmp_path):
    given = case(first, tmp_path)
    learned = given.make()
    learned.build(given.data.class_names)
    recipe = type(case(second, tmp_path).make())(ktl.tuned_backbone(learned))
    recipe.build(("one", "two"))
    assert_same(stage_weights(recipe.model), stage_weights(learned.model))


def test_without_a_model_there_is_nothing_to_hand_on(chosen):
    with pytest.raises(RuntimeError, match="call fit"):
        ktl.tuned_backbone(chosen.make())


@pytest.mark.slow
def test_it_answers_as_the_stages_that_it_was_taken_from(chosen):
    recipe = chosen.make()
    recipe.fit(chosen.data, "feature_extraction", verbose=0)
    last = recipe.model.get_layer(recipe.backbone.stage_names[-1])
    theirs = keras.Model(recipe.model.input, last.output)
    mine = ktl.tuned_backbone(recipe).build()
    inputs, _ = next(iter(recipe.batches(chosen.data.validation, 4)))
    np.testing.assert_array_equal(
        mine.predict(inputs, verbose=0), theirs.predict(inputs, verbose=0)
    )
