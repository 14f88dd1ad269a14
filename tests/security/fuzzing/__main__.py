"""Fuzz the readers: `python -m tests.security.fuzzing --seconds 60`, or `make fuzz SECONDS=60`."""

import argparse
import sys
from pathlib import Path

from tests.security.fuzzing.campaign import Campaign, repeat
from tests.security.fuzzing.targets import target_names


def main() -> int:
    """Run a campaign or repeat one case; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--targets", nargs="*", default=None)
    parser.add_argument("--start", type=int, default=0, help="number of the first case")
    parser.add_argument("--findings", type=Path, default=Path("out/fuzz"))
    parser.add_argument("--case", help="repeat one case, such as csv:12, in this process")
    options = parser.parse_args()
    if options.case:
        return repeat(options.case, options.findings)
    campaign = Campaign(options.targets or target_names(), options.findings, options.start)
    campaign.run(options.seconds)
    print(campaign.summary())
    return 1 if campaign.findings else 0


if __name__ == "__main__":
    sys.exit(main())
