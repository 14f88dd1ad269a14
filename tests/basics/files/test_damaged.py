import json
import struct
import zipfile

import pytest

from kerastl.basics.files.damaged import DamagedFileError, ExplainedError, reading
from kerastl.basics.files.json_file import parse_json


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (KeyError("labels"), "'labels' is missing"),
        (ValueError("the count is negative"), "the count is negative"),
        (ValueError("it ends early."), "it ends early"),
        (struct.error("unpack requires 4 bytes"), "error: unpack requires 4 bytes"),
        (zipfile.BadZipFile("File is not a zip file"), "BadZipFile: File is not a zip file"),
        (RecursionError("maximum recursion depth"), "it is nested too deeply"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), "it is not encoded in utf-8: byte 0"),
        (IndexError(), "IndexError"),
        (OSError("truncated file"), "OSError: truncated file"),
        (TypeError("a\nb"), "TypeError: a b"),
        (TypeError("x" * 5000), "x…"),
    ],
)
def test_every_error_of_the_content_names_the_file_and_what_to_do(raised, reason):
    with (
        pytest.raises(DamagedFileError) as caught,
        reading("/runs/a.json", "Save it again", what="no JSON"),
    ):
        raise raised
    text = str(caught.value)
    assert text.startswith("/runs/a.json is damaged: no JSON: ")
    assert reason in text
    assert text.endswith(". Save it again. Received: '/runs/a.json'")
    assert caught.value.__cause__ is raised
    assert caught.value.path == "/runs/a.json"


@pytest.mark.parametrize(
    "raised",
    [
        PermissionError(13, "Permission denied", "a"),
        ExplainedError("of another kind"),
        DamagedFileError("inner", "empty"),
        ImportError("no such package"),
        MemoryError(),
        KeyboardInterrupt(),
    ],
)
def test_other_errors_are_raised_unchanged(raised):
    with pytest.raises(type(raised)) as caught, reading("outer"):
        raise raised
    assert caught.value is raised


def test_a_key_is_given_once():
    assert parse_json('{"a": {"b": 1}, "b": [{}]}') == {"a": {"b": 1}, "b": [{}]}
    with pytest.raises(ValueError, match="the key 'b' is given twice"):
        parse_json('{"a": {"b": 1, "b": 2}}')
    with pytest.raises(json.JSONDecodeError):
        parse_json("{")
