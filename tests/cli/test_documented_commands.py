"""docs/command-line.md: every command runs as it is written, and every option is described."""

import argparse
import io
import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest

from kerastl.answering.serving.limited_server import LimitedServer
from kerastl.cli.main import COMMANDS, main, make_parser
from kerastl.cli.run_file.data.choose import KINDS
from kerastl.cli.run_file.recipe_section import RecipeSection
from kerastl.cli.run_file.run import FitSection, read_run
from kerastl.cli.run_file.target_section import TargetSection
from kerastl.cli.run_file.task_settings import task_settings
from kerastl.tasks.registry import TASKS

PAGE = (Path(__file__).parents[2] / "docs/command-line.md").read_text(encoding="utf-8")
SECTIONS = {
    part.partition("\n")[0]: part for part in re.split(r"^## ", "intro\n" + PAGE, flags=re.M)
}


def commands(text):
    """Return the commands in the code blocks of a text, without comments."""
    blocks = re.findall(r"^```\n(.*?)^```$", text, flags=re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.partition("  #")[0].strip() for line in lines if line.startswith("kerastl ")]


def run(command, monkeypatch):
    """Run a line as a shell does, with its `< file`."""
    words, _, file = command.partition(" < ")
    if file:
        monkeypatch.setattr("sys.stdin", io.StringIO(Path(file).read_text(encoding="utf-8")))
    status = main(shlex.split(words)[1:])
    assert status == 0, command


def first_training(directory):
    """Return the documented command that trains a recipe into a directory."""
    return next(each for each in commands(PAGE) if each.endswith(f"--out {directory}"))


@pytest.mark.slow
@pytest.mark.usefixtures("small_networks")
@pytest.mark.parametrize("section", [name for name, text in SECTIONS.items() if commands(text)])
def test_every_command_runs_as_it_is_written(section, project, monkeypatch, capsys):
    (project / "run.yaml").write_text(example("data:").replace("224x224", "32x32"))
    # They would run until somebody stops them: tests/cli/test_serve.py and test_try.py do.
    monkeypatch.setattr(LimitedServer, "run_until_stopped", LimitedServer.server_close)
    monkeypatch.setattr("webbrowser.open", lambda address: True)
    for command in commands(SECTIONS[section]):
        # A section may use what an earlier one trained or exported.
        used = re.match(r"kerastl (?:\w+|app .* --bundle) (runs|exported)/(\w+)", command)
        if used and not Path(used[1], used[2]).exists():
            trained = f"runs/{used[2]}"
            if not Path(trained).exists():
                run(first_training(trained), monkeypatch)
            if used[1] == "exported":
                export = f"kerastl export {trained} exported/{used[2]} --formats tflite"
                run(f"{export} --quantize float32", monkeypatch)
        run(command, monkeypatch)
    assert "Traceback" not in capsys.readouterr().err


def test_commands_are_found():
    assert {command.split()[1] for command in commands(PAGE)} == set(COMMANDS)


def example(start):
    """Return the YAML block that starts with a line."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.M | re.S)
    return next(block for block in blocks if block.startswith(start))


def test_run_files_are_read_as_written(tmp_path):
    (tmp_path / "photos").mkdir()
    path = tmp_path / "run.yaml"
    path.write_text(example("data:"))
    assert read_run(path).recipe.settings["image_size"] == (224, 224)
    path.write_text("data: {path: photos}\n" + example("schedule:"))
    assert [phase.trains for phase in read_run(path).schedule] == ["head", "from:stage3"]


def test_the_error_of_the_page_is_that_of_the_command(project, capsys):
    wrong = example("data:").replace("test_split", "test_spilt")
    (project / "run.yaml").write_text(wrong)
    assert main(["fit", "run.yaml"]) == 2
    (expected,) = re.findall(r"^kerastl: error: .*$", PAGE, flags=re.M)
    assert capsys.readouterr().err.strip() == expected


def parsers():
    """Return the parser of every command by its name, the program's own as `""`."""
    top = make_parser()
    found = {"": top}
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= action.choices
    return found


def described(name):
    """Return the part of the page about a command."""
    if name == "":
        return PAGE
    return next(text for title, text in SECTIONS.items() if name in title.split(", "))


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_option_is_described(name):
    options = {
        option
        for action in parsers()[name]._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    }
    mentioned = set(re.findall(r"`(?:kerastl )?(--[a-z-]+)", described(name)))
    assert options <= mentioned
    everything = {o for p in parsers().values() for a in p._actions for o in a.option_strings}
    assert set(re.findall(r"--[a-z][a-z-]+", described(name))) <= everything


def test_every_setting_of_a_run_file_is_described():
    table = SECTIONS["The run file"]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", table, flags=re.M))
    known = {
        "data": {each.name for kind in KINDS for each in fields(kind)},
        "recipe": {each.name for each in fields(RecipeSection)} - {"settings"},
        "fit": {each.name for each in fields(FitSection)},
        "target": {each.name for each in fields(TargetSection)},
    }
    for entry in TASKS.values():
        known["recipe"] |= set(task_settings(entry.recipe_class))
    for section, names in known.items():
        assert names <= set(re.findall(r"`(\w+)`", rows[section])), section


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_in_help_are_valid_commands(name):
    parser = parsers()[name]
    lines = parser.epilog.partition("example:\n")[2].splitlines()
    for line in lines:
        words = shlex.split(line.partition(" < ")[0])
        assert words[:2] == ["kerastl", name]
        make_parser().parse_args(words[1:])
