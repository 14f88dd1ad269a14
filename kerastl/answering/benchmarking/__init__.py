"""Speed and memory of the LiteRT files of a bundle on this machine."""
