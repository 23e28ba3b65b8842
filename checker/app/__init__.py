"""The use cases: wire the parts, pass values. Nothing here prints, exits or reads the clock."""
