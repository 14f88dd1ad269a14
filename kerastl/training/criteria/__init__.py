"""One criterion a file: what each task minimises, measures and solves."""
