"""Add columns to the file of a CSVLogger while a training runs."""

import csv
import os
from typing import Any

import keras


def add_columns(logger: keras.callbacks.CSVLogger, logs: dict[str, Any]) -> None:
    """Add a column for each new name in the logs of an epoch.

    A `CSVLogger` writes the columns of its first epoch only. A later phase may log other metrics:
    few-shot training logs a contrastive loss first, and accuracy for its linear probe.

    Args:
        logger: The callback, before it writes the epoch. Earlier rows get `NA`.
        logs: The metrics of the epoch.
    """
    new = sorted(set(logs) - set(logger.keys or ()))
    if logger.writer is None or not new or not os.path.isfile(logger.filename):
        return
    logger.csv_file.flush()
    with open(logger.filename, newline="", encoding="utf-8") as file:
        read = csv.DictReader(file, delimiter=logger.sep)
        rows = list(read)
        if read.fieldnames != ["epoch", *logger.keys]:
            # An earlier run with other columns began the file.
            return
    logger.keys = [*logger.keys, *new]
    logger.csv_file.close()
    logger.csv_file = open(logger.filename, "w", newline="", encoding="utf-8")  # noqa: SIM115
    logger.writer = csv.DictWriter(
        logger.csv_file, ["epoch", *logger.keys], restval="NA", delimiter=logger.sep
    )
    logger.writer.writeheader()
    logger.writer.writerows(rows)
