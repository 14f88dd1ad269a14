"""TensorFlow's lines are dropped, and nothing of the user's is changed."""

import logging
import os
import subprocess
import sys

import pytest

from kerastl.basics.quiet_tensorflow import without_saving_lines

NOISE = "import os\nos.write(2, b'a remark of a library')\nvalue = 3\n"


def start(folder, program, **environment):
    """Run a program in a process with a stand-in for TensorFlow."""
    (folder / "tensorflow.py").write_text(NOISE)
    known = {key: value for key, value in os.environ.items() if key != "TF_CPP_MIN_LOG_LEVEL"}
    known["PYTHONPATH"] = os.pathsep.join([str(folder), *sys.path])
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**known, **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("program", "environment", "said"),
    [
        ("import kerastl, tensorflow", {}, ""),
        ("import tensorflow, kerastl", {}, "a remark of a library"),
        ("import kerastl, tensorflow", {"TF_CPP_MIN_LOG_LEVEL": "0"}, "a remark of a library"),
        # A user who asks TensorFlow to be quiet does not hear more than one who asks nothing.
        ("import kerastl, tensorflow", {"TF_CPP_MIN_LOG_LEVEL": "2"}, ""),
        ("import kerastl, tensorflow", {"TF_CPP_MIN_LOG_LEVEL": "3"}, ""),
    ],
)
def test_the_import_is_silent_unless_the_user_has_decided(program, environment, said, tmp_path):
    done = start(tmp_path, program, **environment)
    assert (done.returncode, done.stderr) == (0, said)


def test_the_module_is_the_real_one(tmp_path):
    program = (
        "import kerastl, tensorflow, importlib\n"
        "print(tensorflow.value, type(tensorflow.__spec__.loader).__name__)\n"
        "print(importlib.reload(tensorflow).value)"
    )
    assert start(tmp_path, program).stdout.split() == ["3", "SourceFileLoader", "3"]


def test_other_messages_and_the_level_stay(caplog):
    logger = logging.getLogger("tensorflow")
    before = logger.level, list(logger.filters)
    with caplog.at_level(logging.INFO, logger="tensorflow"):
        with without_saving_lines():
            logger.info("Assets written to: %s", "x")
            logger.warning("something else")
        logger.info("Assets written to: %s", "y")
    said = [each.getMessage() for each in caplog.records if each.name == "tensorflow"]
    assert said == ["something else", "Assets written to: y"]
    assert (logger.level, list(logger.filters)) == before
