"""Renderers: each module has `render(assessments) -> str` and reads nothing but Assessments."""
