"""A directory that may not be searched, for root too."""

import os
from contextlib import contextmanager

NOBODY = 65534


@contextmanager
def unsearchable(directory):
    """Act as a user who may do nothing in a directory; root may everything everywhere."""
    is_root = os.geteuid() == 0
    directory.chmod(0)
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        directory.chmod(0o700)
