"""The run file: one module for each of its sections."""
