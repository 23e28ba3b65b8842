"""Results for machines: one module per format with `render(entries, fail_on) -> str`. They read the Assessment and judge nothing.

`entries` are Assessments, or `{"file", "errors"}` for files that could not be used. `fail_on` are the words that fail the
gate; None where nothing is gated. An entry of `licet gate` says itself what failed.
"""
