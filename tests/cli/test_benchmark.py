import json
import shlex
import shutil

import pytest

from kerastl.answering.benchmarking.measured_file import measure_file
from kerastl.answering.benchmarking.phone_command import phone_commands
from kerastl.cli.main import main

NUMBERS = ("load_ms", "first_ms", "median_ms", "p95_ms", "per_second")


@pytest.fixture(scope="module")
def bundle(digits_run, exported):
    return exported(digits_run, "float32,int8")


def test_a_table_of_every_file_and_number_of_threads(bundle, capsys):
    capsys.readouterr()
    assert main(["benchmark", str(bundle), "--threads", "1,2", "--seconds", "0.05"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split() for line in lines]
    measured = [row for row in rows if len(row) == 9 and row[0] in ("float32", "int8")]
    assert [(row[0], row[2]) for row in measured] == [
        ("float32", "1"), ("float32", "2"), ("int8", "1"), ("int8", "2"),
    ]  # fmt: skip
    table = [line for line in lines if "adb " not in line]
    assert max(map(len, table)) <= 100
    assert sum("adb push" in line for line in lines) == 2


def test_every_value_as_json(bundle, capsys):
    capsys.readouterr()
    command = ["benchmark", str(bundle), "--formats", "int8", "--threads", "1", "--json"]
    assert main([*command, "--seconds", "0.05"]) == 0
    printed = json.loads(capsys.readouterr().out)
    (row,) = printed["files"]
    path = bundle / "tflite/int8.tflite"
    assert (row["name"], row["threads"], row["bytes"]) == ("tflite/int8", 1, path.stat().st_size)
    assert row["runs"] >= 20
    assert all(row[name] > 0 for name in NUMBERS)
    assert row["median_ms"] <= row["p95_ms"]
    assert row["memory_mb"] is None or row["memory_mb"] > path.stat().st_size / 1e6
    assert any(str(path) in command for command in printed["phone"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--formats", "int9"], "Did you mean 'int8'?"),
        (["--seconds", "0"], "`--seconds` must"),
        (["--seconds", "nan"], "`--seconds` must"),
    ],
)
def test_wrong_options(bundle, options, said, capsys):
    assert main(["benchmark", str(bundle), *options]) == 2
    assert said.replace("`--seconds`", "seconds") in capsys.readouterr().err.replace("`", "")


@pytest.mark.parametrize("threads", ["0", "", "two"])
def test_wrong_numbers_of_threads(bundle, threads):
    with pytest.raises(SystemExit):
        main(["benchmark", str(bundle), "--threads", threads])


def test_a_damaged_file_is_not_run(bundle, tmp_path, capsys):
    copied = shutil.copytree(bundle, tmp_path / "copied")
    (copied / "tflite/int8.tflite").write_bytes(b"nothing")
    assert main(["benchmark", str(copied)]) == 2
    assert "its checksum is not the one in SHA256SUMS" in capsys.readouterr().err
    with pytest.raises(RuntimeError, match=r"The file tflite/int8 cannot be run\. Received"):
        measure_file("tflite/int8", copied / "tflite/int8.tflite", 1, 0.01)


def test_commands_for_a_phone_quote_names(tmp_path):
    path = tmp_path / "my model; rm -rf x.tflite"
    *_, push, run = phone_commands(path, 2)
    assert shlex.split(push)[2] == str(path)
    inner = shlex.split(shlex.split(run)[2])
    assert inner[1:] == [f"--graph=/data/local/tmp/{path.name}", "--num_threads=2"]
