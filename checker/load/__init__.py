"""Files to core values: strict YAML with positions, schemas, the book, scenarios."""
