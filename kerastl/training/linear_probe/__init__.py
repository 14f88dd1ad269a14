"""The linear probe: logistic or ridge regression, fitted exactly on frozen features."""
