"""Run the command line as `python -m kerastl`."""

from kerastl.cli.main import program

program()
