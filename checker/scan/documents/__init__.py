"""Documents of YAML, JSON or TOML by what they are for: one module per family, and the folder is the registry.

Each has `recognizes(document, path)`, true for the documents of its family, and `read(document)`, which gives back every
`Mention` and `Label`. What no family recognizes is read by its keys alone (`checker.scan.settings`).
"""
