"""The state of a run on disk, from which a killed run goes on."""
