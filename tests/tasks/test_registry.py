"""The table of tasks: every row leads to a class that agrees with it."""

import subprocess
import sys

import pytest

from kerastl import data
from kerastl.backbones.registry import names
from kerastl.tasks.registry import TASKS, find_entry, find_task, task_for
from tests.contracts.recipes_under_test import CASES


@pytest.mark.parametrize("entry", TASKS.values(), ids=list(TASKS))
def test_a_row_agrees_with_its_class(entry):
    found = find_task(entry.name)
    assert (found.task, found.modality) == (entry.name, entry.modality)
    assert entry.default_backbone in names()
    assert entry.readers
    for reader in entry.readers:
        assert callable(getattr(data, reader))


def test_every_task_has_examples_for_the_contract():
    assert CASES.keys() == TASKS.keys()


def test_a_misspelt_task_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match=r"Did you mean 'text_regression'"):
        find_entry("text_regresion")


def test_data_alone_stands_for_the_first_task_that_reads_it():
    assert task_for("image", "image_folder").name == "image_classification"
    assert task_for("text", "csv").name == "text_classification"
    assert task_for("image", "csv_numbers").name == "image_regression"
    with pytest.raises(ValueError, match="Received: modality='image', reader='conll'"):
        task_for("image", "conll")


def test_the_table_imports_no_task_before_it_is_used():
    program = (
        "import sys, kerastl.tasks.registry\n"
        "print(sorted(m for m in sys.modules if m.startswith('kerastl.tasks.')))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "['kerastl.tasks.registry']"
