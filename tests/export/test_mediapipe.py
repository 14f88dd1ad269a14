import numpy as np
import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("variant", ["float32", "int8"])
def test_images_get_the_names_that_the_file_holds(photos, mediapipe_answers, variant):
    items, labels, scores = mediapipe_answers["photos", variant]
    expected = photos.scores(items)
    assert set(labels) <= set(photos.bundle.labels)
    named = [photos.bundle.labels[number] for number in expected.argmax(-1)]
    assert np.mean(np.array(labels) == named) >= 0.8
    assert np.abs(scores - expected.max(-1)).mean() <= 0.1


@pytest.mark.parametrize(("variant", "tolerance"), [("float32", 0.001), ("dynamic", 0.05)])
def test_raw_text_is_answered_as_the_model_does(reviews, mediapipe_answers, variant, tolerance):
    items, labels, scores = mediapipe_answers["reviews", variant]
    expected = reviews.scores(items)
    assert labels == [reviews.bundle.labels[number] for number in expected.argmax(-1)]
    np.testing.assert_allclose(scores, expected.max(-1), atol=tolerance)
    assert len(set(labels)) == 2
