"""Metrics reach each service; a missing package is one sentence."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

import kerastl as ktl
from tests.training import tiny


@pytest.fixture
def sent(monkeypatch):
    """Stand-ins for MLflow and Weights & Biases that keep what they are sent."""
    kept = SimpleNamespace(settings=[], metrics=[], ended=[])
    mlflow = ModuleType("mlflow")
    mlflow.active_run = lambda: None
    mlflow.start_run = lambda run_name: kept.settings.append(run_name)
    mlflow.log_params = kept.settings.append
    mlflow.log_metrics = lambda metrics, step: kept.metrics.append((step, metrics))
    mlflow.end_run = lambda: kept.ended.append("mlflow")
    wandb = ModuleType("wandb")
    wandb.run = None

    def init(project, name, dir, config):
        kept.settings.extend((name, config))

    wandb.init = init
    wandb.log = lambda row: kept.metrics.append((row.pop("epoch"), row))
    wandb.finish = lambda: kept.ended.append("wandb")
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    monkeypatch.setitem(sys.modules, "wandb", wandb)
    return kept


@pytest.mark.parametrize("service", ["mlflow", "wandb"])
def test_the_metrics_of_the_probe_and_of_every_epoch_are_sent(service, sent):
    images, labels = tiny.images(count=60)
    data = ktl.data.arrays(images, labels, validation_split=0.2)
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    tracker = ktl.callbacks.Tracker(service, name="colours", settings={"seed": 3})
    schedule = ktl.schedules.LinearProbeThenFineTune(epochs=2)
    history = recipe.fit(data, schedule, callbacks=[tracker], verbose=0)
    assert [step for step, _ in sent.metrics] == history.epoch
    assert len(sent.metrics) >= 2
    for (_, metrics), row in zip(sent.metrics, history.rows, strict=True):
        assert metrics["val_accuracy"] == pytest.approx(row["val_accuracy"])
    assert sent.settings == ["colours", {"seed": 3}]
    assert sent.ended == [service]


def test_a_missing_package_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(ImportError, match=r"pip install wandb.*Received: a tracker"):
        ktl.callbacks.Tracker("wandb")


def test_an_unknown_service_is_named():
    with pytest.raises(ValueError, match="Did you mean 'mlflow'"):
        ktl.callbacks.Tracker("mlfow")


def test_tensorboard_reads_the_files(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    tracker = ktl.callbacks.Tracker("tensorboard", directory=tmp_path, settings={"seed": 3})
    tracker.on_train_begin()
    tracker.on_epoch_end(0, {"val_accuracy": 0.5})
    tracker.on_epoch_end(1, {"val_accuracy": 0.75, "loss": float("nan")})
    tracker.on_train_end()
    read = EventAccumulator(str(tmp_path))
    read.Reload()
    values = read.Tensors("val_accuracy")
    assert [each.step for each in values] == [0, 1]
