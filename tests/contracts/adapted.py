"""What is demanded of every adapted recipe."""

import keras
import numpy as np

import kerastl as ktl


def check_what_is_kept(made, inputs, raw, folder):
    """Check that a recipe holds no alignment, and is saved and exported as it predicts."""
    names = [layer.name for layer in made.model.layers]
    assert not [name for name in names if "discriminator" in name or "word" in name]
    assert made.verdict.finding in ("helped", "no evidence", "harmed")
    predicted = made.model.predict(inputs, verbose=0)
    made.save(folder / "saved")
    loaded = ktl.load(folder / "saved")
    np.testing.assert_array_equal(loaded.model.predict(inputs, verbose=0), predicted)
    assert {answer.label for answer in loaded.predict(raw)} <= set(made.class_names)
    if keras.backend.backend() == "tensorflow":
        bundle = made.export(folder / "out", quantize=("float32",), formats=("tflite",))
        assert bundle["tflite/float32"].agreement == 1.0
        # Its accuracy is not the one on the target.
        assert (bundle.note is not None) == (made.verdict.kept == "adapted")
        assert made.verdict.kept == "baseline" or "of the source" in str(bundle)
