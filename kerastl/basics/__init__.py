"""Helpers that depend on no other part of kerastl: argument checks, sizes, durations, staging."""
