"""The names of the parts of a model that train in a phase."""

import re
from typing import Any

_PART = re.compile(r"head|all|lora|from:.+|last:[1-9][0-9]*")


def check_part(trains: Any) -> None:
    """Refuse what names no part, with a `ValueError`; see `Phase` for what does."""
    if not isinstance(trains, str) or not _PART.fullmatch(trains):
        raise ValueError(
            "`trains` must be 'head', 'all', 'from:STAGE', 'last:N' or 'lora'. "
            f"Received: trains={trains!r}"
        )
