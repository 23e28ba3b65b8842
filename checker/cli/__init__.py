"""The command line: one module per command under `commands/`; the folder is the registry."""
