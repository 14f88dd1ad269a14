import pytest

from kerastl.training.phases.phase import Phase


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"trains": "top"}, "trains='top'"),
        ({"trains": "from:"}, "trains='from:'"),
        ({"trains": "last:0"}, "trains='last:0'"),
        ({"trains": "all", "epochs": 0}, "epochs=0"),
        ({"trains": "all", "learning_rate": -1e-4}, "learning_rate=-0.0001"),
        ({"trains": "all", "learning_rate": float("nan")}, "learning_rate=nan"),
        ({"trains": "all", "learning_rate": {"warmup": 1.0}}, r"warmup=1\.0"),
        ({"trains": "all", "weight_decay": -0.1}, r"weight_decay=-0\.1"),
        ({"trains": "all", "linear_probe": True}, "Only the head can be fitted as a linear probe"),
        ({"trains": "all", "keep": "first"}, "keep='first'"),
        ({"trains": "all", "mix": "blend"}, "mix='blend'"),
        ({"trains": "all", "loss_settings": {"focal": -2}}, "focal=-2"),
        ({"trains": "head", "linear_probe": True, "mix": "mixup"}, "mix='mixup'"),
        ({"trains": "head", "linear_probe": True, "balanced": True}, "balanced=True"),
        (
            {"trains": "head", "linear_probe": True, "loss_settings": {"label_smoothing": 0.1}},
            r"loss_settings\.label_smoothing=0\.1",
        ),
    ],
)
def test_an_invalid_phase_is_refused_with_the_value_named(settings, message):
    with pytest.raises(ValueError, match=message) as error:
        Phase(**settings)
    assert "Received: " in str(error.value)


def test_a_phase_survives_its_configuration():
    phase = Phase("from:stage3", epochs=2, learning_rate=3e-4, augment=True, keep="last")
    assert Phase.from_config(phase.get_config()) == phase
