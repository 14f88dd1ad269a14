"""Inspect a data set before training: duplicates, odd files, outliers and wrong labels."""
