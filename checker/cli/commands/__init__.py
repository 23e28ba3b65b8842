"""One module per command; its name is the module's, its click command is called `command`."""
