import keras
import numpy as np
import pytest

from kerastl.adaptation.losses.adversarial_strength import AdversarialStrength
from kerastl.adaptation.losses.domain_discriminator import DomainDiscriminator
from kerastl.adaptation.losses.gradient_reversal import GradientReversal
from kerastl.adaptation.losses.reversal_strength import reversal_strength
from tests.adaptation import shifted

pytestmark = pytest.mark.both_backends


def adversarial():
    """Return a Keras model with a gradient reversal and a discriminator."""
    base = shifted.classifier()
    features = base.get_layer("features").output
    domains = DomainDiscriminator(2, hidden=4, name="domains")(
        GradientReversal(0.0, name="reversal")(features)
    )
    model = keras.Model(base.input, [base.output, domains])
    model.compile(
        "adam",
        [
            keras.losses.SparseCategoricalCrossentropy(),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        ],
    )
    return model


class Seen(keras.callbacks.Callback):
    """Record the strength in each training step."""

    def __init__(self):
        super().__init__()
        self.strengths = []

    def on_train_batch_end(self, batch, logs=None):
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
        self.strengths.append(float(self.model.get_layer("reversal").strength))


def test_the_strength_rises_by_the_schedule_from_step_to_step():
    points, labels = shifted.domain(40)
    seen, history = Seen(), None
    history = adversarial().fit(
        points,
        [labels, labels],
        epochs=2,
        batch_size=10,
        callbacks=[AdversarialStrength(0.5), seen],
        verbose=0,
    )
    expected = [0.5 * float(reversal_strength(step / 8)) for step in range(8)]
    np.testing.assert_allclose(seen.strengths, expected, rtol=1e-5)
    np.testing.assert_allclose(history.history["strength"], [expected[3], expected[7]], rtol=1e-5)


def test_a_model_without_a_reversal_is_an_error():
    model = shifted.classifier()
    model.compile("adam", "sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match="no GradientReversal"):
        model.fit(*shifted.domain(), callbacks=[AdversarialStrength()], verbose=0)
