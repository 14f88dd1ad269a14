"""Which weights a phase ends with, besides its best epoch."""
