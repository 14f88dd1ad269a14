import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from kerastl.cli.main import main

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")


@pytest.fixture(scope="module")
def bundle(reviews_run, exported):
    return exported(reviews_run, "float32")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_until_it_is_stopped(bundle, number):
    command = [sys.executable, "-m", "kerastl", "serve", str(bundle), "--port", "0"]
    with subprocess.Popen(
        [*command, "--name", "reviews"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()
        address = process.stdout.readline().strip()
        assert address.endswith("/v1/models/reviews:predict")
        body = json.dumps({"instances": ["Never once bored."]}).encode()
        with urllib.request.urlopen(address, body, timeout=30) as answer:
            (row,) = json.load(answer)["predictions"]
        assert row["label"] in row["labels"]
        process.send_signal(number)
        assert process.wait(20) == 0
        assert process.stdout.read() == "stopped\n"
        assert process.stderr.read() == ""


def test_a_port_in_use(bundle, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert main(["serve", str(bundle), "--port", port]) == 2
    assert f"error: Another program uses this port: choose another one. Received: port {port}" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "70000"], "must be from 0 to 65535"), (["--workers", "0"], "workers"),
        (["--name", "a/b"], "a part of the address"), (["--max-bytes", "0"], "max"),
        (["--host", "203.0.113.9"], "The server cannot listen there"),
        (["--format", "int8"], "Unknown LiteRT file"),
    ],
)  # fmt: skip
def test_wrong_options(bundle, options, said, capsys):
    assert main(["serve", str(bundle), *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Received" in error
