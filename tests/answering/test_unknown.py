import pytest

import kerastl as ktl


def test_a_bundle_without_the_score_says_so(lite_bundles):
    model = ktl.load_bundle(lite_bundles["text"], "float32")
    assert not model.tells_unknown
    with pytest.raises(ValueError, match="cannot tell unknown inputs"):
        model.predict(["a"], allow_unknown=True)
