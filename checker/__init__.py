"""licet: what a model's licenses let you do, what they ask of you, and what nobody can say yet."""

__version__ = "0.1.0"
