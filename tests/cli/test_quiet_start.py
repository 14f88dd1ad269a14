import os
import subprocess
import sys

import pytest

PROGRAM = "from kerastl.cli.quiet_start import import_tensorflow; import_tensorflow()"
NOISE = "import os\nos.write(2, b'a remark of a library')\n"


def start(folder, tensorflow: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import a stand-in for TensorFlow in a fresh process."""
    (folder / "tensorflow.py").write_text(tensorflow)
    known = {key: value for key, value in os.environ.items() if key != "TF_CPP_MIN_LOG_LEVEL"}
    known["PYTHONPATH"] = os.pathsep.join([str(folder), *sys.path])
    return subprocess.run(
        [sys.executable, "-c", PROGRAM + "; os = __import__('os'); os.write(2, b' after')"],
        env={**known, **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("environment", "said"),
    [({}, " after"), ({"TF_CPP_MIN_LOG_LEVEL": "0"}, "a remark of a library after")],
)
def test_remarks_are_held_back_unless_the_user_asks_for_them(environment, said, tmp_path):
    done = start(tmp_path, NOISE, **environment)
    assert (done.returncode, done.stderr) == (0, said)


def test_a_failed_import_says_everything(tmp_path):
    done = start(tmp_path, NOISE + "raise ImportError('no such library')\n")
    assert done.returncode == 1
    assert done.stderr.startswith("a remark of a library")
    assert "no such library" in done.stderr


@pytest.mark.slow
def test_the_real_tensorflow_starts_silently():
    known = {key: value for key, value in os.environ.items() if key != "TF_CPP_MIN_LOG_LEVEL"}
    program = PROGRAM + "; import tensorflow as tf; assert int(tf.reduce_sum([1, 2])) == 3"
    done = subprocess.run([sys.executable, "-c", program], env=known, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
