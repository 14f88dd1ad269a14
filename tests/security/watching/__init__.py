"""Watch what a call does to files, processes and the network."""
