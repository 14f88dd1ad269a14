import json

import pytest

from kerastl.tasks.token_classification.evaluation import EntityEvaluation

TRUE = [["B-person", "I-person", "O"], ["B-place", "O", "B-place"], ["O"]]
FOUND = [["B-person", "I-person", "O"], ["B-place", "I-place", "O"], ["B-person"]]


def test_metrics_are_of_whole_entities():
    evaluation = EntityEvaluation.from_tags(FOUND, TRUE)
    # Named: person, place (too long), person (none there). True: person, place, place.
    assert evaluation.precision == pytest.approx(1 / 3)
    assert evaluation.recall == pytest.approx(1 / 3)
    assert evaluation.f1 == pytest.approx(1 / 3)
    assert evaluation.accuracy == pytest.approx(4 / 7)
    person, place = evaluation.per_type["person"], evaluation.per_type["place"]
    assert (person.precision, person.recall, person.support) == (0.5, 1.0, 1)
    assert (place.precision, place.recall, place.support) == (0.0, 0.0, 2)
    assert evaluation.macro_f1 == pytest.approx(person.f1 / 2)
    low, high = evaluation.f1_interval
    assert low <= evaluation.f1 <= high


def test_a_type_that_is_only_named_is_in_the_table():
    evaluation = EntityEvaluation.from_tags([["B-place"]], [["B-person"]])
    assert evaluation.per_type["place"].support == 0
    assert evaluation.macro_f1 == 0


def test_no_entity_anywhere_is_no_error():
    evaluation = EntityEvaluation.from_tags([["O", "O"]], [["O", "O"]])
    assert (evaluation.f1, evaluation.per_type, evaluation.accuracy) == (0.0, {}, 1.0)


def test_it_prints_and_becomes_json():
    evaluation = EntityEvaluation.from_tags(FOUND, TRUE)
    assert str(evaluation).startswith("entity F1 0.333 (95 % interval ")
    assert len(str(evaluation).splitlines()) == 4
    assert json.loads(json.dumps(evaluation.to_dict()))["per_type"]["person"]["support"] == 1


@pytest.mark.parametrize(("found", "true"), [([], []), ([["O"]], [["O", "O"]])])
def test_what_cannot_be_compared_is_refused(found, true):
    with pytest.raises(ValueError, match="Received"):
        EntityEvaluation.from_tags(found, true)
