"""A network that computes as its integer file will, so that training can reckon with the file.

It lies beside the files and not in `training`, since it follows their rules: which layers stay in
float, how ranges are chosen, which shift of the biases is taken back.
"""
