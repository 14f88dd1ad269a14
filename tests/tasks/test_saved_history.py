import copy
import json

import pytest

from kerastl.tasks.saved_history import read_history
from tests.training.phases.test_history import trained_history

SAVED = json.loads(json.dumps(trained_history().get_config()))


def test_a_saved_history_is_read():
    assert read_history(copy.deepcopy(SAVED)).get_config() == SAVED
    assert read_history(None) is None
    assert read_history({"phases": [], "history": {}}) is None


def changed(path, value):
    damaged = copy.deepcopy(SAVED)
    *parents, last = path
    inner = damaged
    for key in parents:
        inner = inner[key]
    inner[last] = value
    return damaged


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("epoch",), [0, "1", 2]),
        (("epoch",), [0]),
        (("rows",), "none"),
        (("rows", 0), {"loss": "<b>"}),
        (("history", "loss"), [None]),
        (("phases", 0, "first_epoch"), "0"),
        (("phases", 0, "linear_probe"), 1),
        (("phases", 1, "kept_epoch"), 1.5),
        (("phases", 1, "gains"), [[0.1]]),
        (("phases", 1, "gains"), [0.1]),
        (("phases", 1, "selection", "metric"), None),
        (("phases", 1, "selection", "more"), 1),
        (("phases", 1, "selection", "epochs"), ["1"]),
        (("stopped",), "no"),
        (("decision",), []),
        (("kept_instead",), 3),
    ],
)
def test_a_damaged_history_is_refused(path, value):
    with pytest.raises(ValueError, match=r"is missing|is |has |are "):
        read_history(changed(path, value))
