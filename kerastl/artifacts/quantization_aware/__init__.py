"""Quantization-aware training: a network that computes as its integer file will.

It is part of `artifacts` because it follows the rules of the files: which layers stay in float,
how ranges are chosen, and which bias correction is applied.
"""
