"""The configuration of a server, read by TensorFlow Serving's own classes, and what fills it."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
import yaml
from google.protobuf import (
    descriptor_pb2,
    descriptor_pool,
    message_factory,
    text_format,
    wrappers_pb2,
)

FOLDER = Path(__file__).resolve().parents[2] / "export" / "serving"


def program(name):
    spec = importlib.util.spec_from_file_location(f"serving_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def models():
    from tensorflow_serving.config import model_server_config_pb2

    text = (FOLDER / "models.config").read_text()
    config = text_format.Parse(text, model_server_config_pb2.ModelServerConfig())
    return config.model_config_list.config


def batching_parameters():
    """Build the message: `session_bundle_config.proto` is in no package."""
    file = descriptor_pb2.FileDescriptorProto(
        name="batching.proto", package="serving", syntax="proto3",
        dependency=["google/protobuf/wrappers.proto"],
    )  # fmt: skip
    message = file.message_type.add(name="BatchingParameters")
    names = ("max_batch_size", "batch_timeout_micros", "max_enqueued_batches", "num_batch_threads")
    for number, name in enumerate(names, 1):
        message.field.add(
            name=name, number=number, label=1, type=11, type_name=".google.protobuf.Int64Value"
        )
    message.field.add(name="allowed_batch_sizes", number=6, label=3, type=3)
    message.field.add(name="pad_variable_length_inputs", number=7, label=1, type=8)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(wrappers_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("serving.BatchingParameters"))


def test_the_model_config_names_what_client_and_examples_ask_for():
    from kerastl.artifacts.serving.request_examples import MODEL_NAME

    (model,) = models()
    assert model.name == MODEL_NAME == "classifier"
    assert model.base_path == f"/models/{model.name}"
    assert model.model_platform == "tensorflow"
    assert model.model_version_policy.latest.num_versions == 1


def test_the_way_back_that_the_config_describes_is_valid():
    from tensorflow_serving.config import model_server_config_pb2

    text = (FOLDER / "models.config").read_text()
    (policy,) = re.findall(r"# (model_version_policy .*)", text)
    kept = "".join(line for line in text.splitlines(True) if "latest" not in line)
    changed = kept.replace(f"# {policy}", policy)
    config = text_format.Parse(changed, model_server_config_pb2.ModelServerConfig())
    (model,) = config.model_config_list.config
    assert list(model.model_version_policy.specific.versions) == [1]


def test_the_batching_config_is_valid():
    message = batching_parameters()
    config = text_format.Parse((FOLDER / "batching.config").read_text(), message())
    assert config.max_batch_size.value == 32
    assert config.batch_timeout_micros.value <= 10_000
    with pytest.raises(text_format.ParseError):
        text_format.Parse("max_batch { value: 1 }", message())


@pytest.mark.parametrize("name", ["compose.yaml", "compose.batching.yaml"])
def test_every_file_that_compose_mounts_is_there_and_used(name):
    base = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]["classifier"]
    service = yaml.safe_load((FOLDER / name).read_text())["services"]["classifier"]
    mounts = [*base["volumes"], *service["volumes"]]
    # Compose merges volumes of both files and takes the later command.
    targets = dict(mount.rsplit(":", 2)[:2] for mount in mounts)
    for source in targets:
        assert source.startswith("${MODELS:?") or (FOLDER / source).is_file(), source
    used = " ".join([*service["command"], *base["healthcheck"]["test"]])
    for path in re.findall(r"/config/[\w.]+", used):
        assert path in targets.values(), path
    assert "/models" in targets.values()
    assert "--model_config_file=/config/models.config" in service["command"]
    (model,) = models()
    assert base["healthcheck"]["test"][-2:] == [model.name, "8501"]


def test_the_image_is_new_enough():
    from kerastl.artifacts.serving.operations import LOWEST_SERVER

    base = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]["classifier"]
    version = base["image"].removeprefix("tensorflow/serving:").split(".")
    assert [int(part) for part in version[:2]] >= [int(part) for part in LOWEST_SERVER.split(".")]


def _bundle(folder, version="1", content="graph"):
    saved = folder / "saved_model" / version
    (saved / "variables").mkdir(parents=True)
    (saved / "saved_model.pb").write_text(content)
    told = {"saved_model": {"path": f"saved_model/{version}"}}
    (folder / "kerastl.json").write_text(json.dumps(told))
    return folder


def test_publishing_adds_a_version_and_keeps_the_others(tmp_path):
    publish = program("publish").publish
    served = tmp_path / "models" / "classifier"
    assert publish(_bundle(tmp_path / "a"), served) == served / "1"
    assert publish(_bundle(tmp_path / "b", "4", "other"), served) == served / "2"
    (served / "10").mkdir()
    assert publish(_bundle(tmp_path / "c"), served).name == "11"
    assert (served / "1" / "saved_model.pb").read_text() == "graph"
    assert (served / "2" / "saved_model.pb").read_text() == "other"
    assert (served / "2" / "variables").is_dir()
    assert (served / "2").stat().st_mode & 0o777 == 0o755
    assert sorted(path.name for path in served.iterdir()) == ["1", "10", "11", "2"]


def test_publishing_fails_whole(tmp_path):
    publish = program("publish").publish
    served = tmp_path / "models"
    with pytest.raises(SystemExit, match=r"holds no kerastl.json"):
        publish(tmp_path, served)
    bundle = _bundle(tmp_path / "a")
    (bundle / "saved_model" / "1" / "gone").symlink_to(bundle / "nowhere")
    with pytest.raises(OSError, match="gone"):
        publish(bundle, served)
    assert list(served.iterdir()) == []
    (bundle / "kerastl.json").write_text("{}")
    with pytest.raises(SystemExit, match="Export the saved_model format first"):
        publish(bundle, served)


def test_the_client_prints_answers_and_names_items_without_one(tmp_path, monkeypatch, capsys):
    client = program("client")
    answered = {"label": "red", "scores": [0.75, 0.25], "labels": ["red", "blue"], "error": ""}
    refused = {"label": "", "scores": [-3.4e38] * 2, "labels": ["red", "blue"]}
    refused["error"] = "The image cannot be decoded\x1b[2J"
    monkeypatch.setattr(client, "make_request", lambda bundle, items: {"instances": items})
    monkeypatch.setattr(client, "ask", lambda *arguments: [answered, refused, answered])
    monkeypatch.setattr("sys.argv", ["client.py", str(tmp_path), "a.jpg", "b.jpg", "c.jpg"])
    with pytest.raises(SystemExit, match=r"1 of 3 items have no answer"):
        client.main()
    printed = capsys.readouterr()
    assert printed.out == "a.jpg\tred\t0.750\nc.jpg\tred\t0.750\n"
    assert printed.err == "b.jpg: The image cannot be decoded\\u001b[2J\n"
