import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from kerastl.answering.serving.limited_server import LimitedServer
from kerastl.cli.main import main


@pytest.fixture
def once(monkeypatch):
    """End the program as soon as it would answer."""
    monkeypatch.setattr(LimitedServer, "run_until_stopped", LimitedServer.server_close)


@pytest.fixture(scope="module")
def bundle(digits_run, exported):
    return exported(digits_run, "float32")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_until_it_is_stopped(bundle, number, tmp_path):
    command = [sys.executable, "-m", "kerastl", "try", str(bundle), "--no-browser"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", address)
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert b"<title>kerastl try" in answer.read()
        process.send_signal(number)
        assert process.wait(20) == 0
        assert process.stdout.read().endswith("stopped\n")
        assert process.stderr.read() == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("once")
def test_the_browser_opens_the_page(digits_run, tmp_path, monkeypatch, capsys):
    opened = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert main(["try", str(digits_run)]) == 0
    assert opened == [capsys.readouterr().out.splitlines()[0]]
    assert main(["try", str(digits_run), "--no-browser"]) == 0
    assert len(opened) == 1


def test_tensorflow_is_not_imported_for_a_bundle(bundle, tmp_path):
    program = (
        "import sys\nfrom kerastl.cli.main import main\n"
        "from kerastl.answering.serving.limited_server import LimitedServer\n"
        "LimitedServer.run_until_stopped = LimitedServer.server_close\n"
        "assert main(sys.argv[1:]) == 0\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)\n"
    )
    command = [sys.executable, "-c", program, "try", str(bundle), "--no-browser"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_port_in_use(bundle, tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        words = ["try", str(bundle), "--no-browser", "--port", port]
        assert main([*words, "--corrections", str(tmp_path / "more")]) == 2
    assert f"error: Another program uses this port: choose another one. Received: port {port}" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "70000"], "must be from 0 to 65535"), (["--port", "-1"], "from 0 to 65535"),
        (["--corrections", __file__], "Corrected images need a folder"),
    ],
)  # fmt: skip
def test_wrong_options(bundle, options, said, capsys):
    assert main(["try", str(bundle), "--no-browser", *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Received" in error


def test_neither_a_run_nor_a_bundle(tmp_path, capsys):
    for path in (tmp_path, tmp_path / "absent", __file__):
        assert main(["try", str(path), "--no-browser"]) == 2
        error = capsys.readouterr().err
        assert "neither a run nor a bundle" in error
        assert f"Received: {str(path)!r}" in error
