"""What the generated parts of the documentation say; docs/generate.py writes them."""
