"""Predict numbers with intervals."""
