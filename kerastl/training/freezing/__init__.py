"""Freeze and unfreeze stages; divide a model where its frozen part ends."""
