"""The check of `trains`, the part of a model that trains in a phase."""

import re
from typing import Any

_PART = re.compile(r"head|all|lora|from:.+|last:[1-9][0-9]*")


def check_part(trains: Any) -> None:
    """Raise a `ValueError` unless `trains` names a part of a model, as in `Phase`."""
    if not isinstance(trains, str) or not _PART.fullmatch(trains):
        raise ValueError(
            "`trains` must be 'head', 'all', 'from:STAGE', 'last:N' or 'lora'. "
            f"Received: trains={trains!r}"
        )
