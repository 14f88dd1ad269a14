"""What the programs are given, so small that they are done soon."""

import json
import shutil
from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

LAYERS = 2
WORDS = 8_000


@pytest.fixture(scope="session")
def short_minilm(minilm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pre-trained BERT with its first layers and its commonest words only.

    Programs that train all of it for many epochs spend their time on what is left out here.
    """
    folder = tmp_path_factory.mktemp("short_minilm")
    weights = load_file(minilm / "model.safetensors")
    embeddings = "embeddings.word_embeddings.weight"
    save_file({**weights, embeddings: weights[embeddings][:WORDS]}, folder / "model.safetensors")
    vocabulary = (minilm / "vocab.txt").read_text(encoding="utf-8").splitlines()
    (folder / "vocab.txt").write_text("\n".join(vocabulary[:WORDS]), encoding="utf-8")
    config = json.loads((minilm / "config.json").read_text())
    config |= {"num_hidden_layers": LAYERS, "vocab_size": WORDS}
    (folder / "config.json").write_text(json.dumps(config))
    shutil.copy(minilm / "tokenizer_config.json", folder)
    return folder
