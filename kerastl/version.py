"""The version of kerastl, read by the build and by saved recipes."""

__version__ = "0.2.0"
