"""The readers: one module per family of formats, and the folder is the registry.

Each has `fits(path)`, which looks at the name alone, and `read(source)`, which gives back every `Mention` and `Label` in the
file and raises `Malformed` where the file is not what its name says. A module whose name begins with `_` serves the others.
"""
