import numpy as np
import pytest

import kerastl as ktl
from tests.contracts.recipes_under_test import case


@pytest.mark.slow
@pytest.mark.parametrize(
    "task", ["image_classification", "text_classification", "few_shot_text_classification"]
)
def test_a_trained_recipe_suggests(task, tmp_path):
    chosen = case(task, tmp_path)
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    pool = chosen.data.train
    found = recipe.to_label(pool, 3, verbose=0)
    assert len({each.index for each in found}) == 3
    predicted = recipe.predict(pool, verbose=0)
    margins = [np.sort(list(each.probabilities.values()))[-2:] for each in predicted]
    scores = [1 - (high - low) for low, high in margins]
    assert min(each.score for each in found) >= sorted(scores, reverse=True)[:30][-1] - 1e-5
    for each in found:
        assert each.guess == predicted[each.index].label
        assert each.probability == pytest.approx(predicted[each.index].probability, abs=1e-5)
        assert each.score == pytest.approx(scores[each.index], abs=1e-5)
        if recipe.modality == "text":
            assert each.name == pool.inputs[each.index]
    everything = recipe.to_label(pool, 10_000, verbose=0)
    assert sorted(each.index for each in everything) == list(range(len(pool)))
    assert [each.score for each in everything] == sorted(
        (each.score for each in everything), reverse=True
    )
    with pytest.raises(ValueError, match=r"no example to choose from.*Received"):
        recipe.to_label(ktl.data.Split(pool.modality, pool.inputs, None, ()).subset([]))
    with pytest.raises(ValueError, match=r"count.*Received"):
        recipe.to_label(pool, 0)
