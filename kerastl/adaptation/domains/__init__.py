"""Examples of several domains: labels, weights and sampling."""
