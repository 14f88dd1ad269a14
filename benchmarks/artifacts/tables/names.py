"""The tables by name, each loaded when it is asked for."""

import importlib

from artifacts.table import Table

TABLES = (
    "parity",
    "integer",
    "tuned",
    "text",
    "sharing",
    "predict",
    "receivers",
    "calibration",
    "space",
    "layers",
)
"""Modules of this folder that have a `TABLE`, in the order of the page."""


def load(name: str) -> Table:
    """Return a table."""
    return importlib.import_module(f"artifacts.tables.{name}").TABLE
