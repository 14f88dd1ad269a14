"""Run the command line as `python -m kerastl`."""

import sys

from kerastl.cli.main import main

sys.exit(main())
