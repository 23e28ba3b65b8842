"""Files that lie beside weights: adapter_config.json, config.json, model_index.json."""

from __future__ import annotations

from collections.abc import Iterator

from checker.scan.source import Mention, Source
from checker.scan.tree import Node

_MARKS = {"peft_type", "architectures", "model_type", "_class_name", "_diffusers_version", "transformers_version"}


def recognizes(document: Node, path: str) -> bool:
    """By the name of the file, or by keys that only such a file has."""
    pairs = document.pairs
    return path.endswith("adapter_config.json") or ("base_model_name_or_path" in pairs and "peft_type" in pairs) or (
        path.endswith(".json") and ("_name_or_path" in pairs or "_class_name" in pairs or path.endswith("config.json")) and bool(_MARKS & set(pairs)))


def read(document: Node, source: Source) -> Iterator[Mention]:
    """What an adapter belongs to; where a model was loaded from before it was saved."""
    revision = document.get("revision").text or None
    for key in ("base_model_name_or_path", "base_model"):
        base = document.get(key)
        if base.text:
            yield Mention(base.text, base.line, "adapter_base", f"adapter configuration: {key}", revision=revision)
    origin = document.get("_name_or_path")
    if origin.text and "peft_type" not in document.pairs:
        yield Mention(origin.text, origin.line, "base", "model configuration: _name_or_path")
    for key, value in document.get("auto_map").pairs.items():
        repository, mark, _ = value.text.partition("--")
        if mark:
            yield Mention(repository, value.line, "used", f"code of auto_map: {key}", "id")
    for name in ("llm_config", "text_config", "vision_config", "audio_config", "encoder", "decoder", "generator", "question_encoder"):
        inner = document.get(name, "_name_or_path")
        if inner.text:
            yield Mention(inner.text, inner.line, "base", f"model configuration: {name}", "id")
