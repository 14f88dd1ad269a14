"""Check the options of `Recipe.fit`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from kerastl.basics.arguments import check_flag, check_optional, check_seed, check_verbose
from kerastl.recipe.runs.run_folder import check_run_folder
from kerastl.training.phases.batch_size import check_batch_size
from kerastl.training.schedules.kept_phases import check_keep


def check_fit_options(
    batch_size: Any,
    seed: Any,
    resume: Any,
    refit: Any,
    keep: Any,
    run_dir: str | os.PathLike[str] | None,
    verbose: Any,
    *,
    adapts: bool,
) -> None:
    """Check options before anything is computed.

    Args:
        batch_size: As for `Recipe.fit`.
        seed: As for `Recipe.fit`.
        resume: As for `Recipe.fit`.
        refit: As for `Recipe.fit`.
        keep: As for `Recipe.fit`.
        run_dir: As for `Recipe.fit`.
        verbose: As for `Recipe.fit`.
        adapts: Whether the training adapts to a target.

    Raises:
        ValueError: If an option is not valid.
        OSError: If `run_dir` has files or cannot be written to.
    """
    check_batch_size(batch_size)
    check_seed(seed, optional=True)
    check_flag("resume", resume)
    check_optional(check_flag, "refit", refit)
    check_keep(keep)
    check_verbose(verbose)
    if run_dir is not None:
        check_run_folder(Path(run_dir))
    if keep is not None and adapts:
        raise ValueError(
            "An adaptation has no target labels to select an epoch by: leave keep out. The last "
            "epoch is kept unless the verdict advises against the adapted model; to keep it in any "
            "case, pass adapt_to=kerastl.adaptation.Target(examples, keep_adapted=True). "
            f"Received: keep={keep!r} with adapt_to"
        )
    if refit and adapts:
        raise ValueError(
            "An adaptation fits no probe again: leave refit out. Received: refit=True with adapt_to"
        )
