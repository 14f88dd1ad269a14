"""Splits of a data set: make, divide, sample and join them."""
