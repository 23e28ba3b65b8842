"""What tracks models: MLflow's MLmodel, DVC's `.dvc` files and pipelines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.scan import settings
from checker.scan.source import Mention, Source
from checker.scan.tree import Node

_WEIGHTS = re.compile(r"(?i).*\.(gguf|ggml|safetensors|bin|pt|pth|ckpt|onnx|pkl|pickle|joblib|h5|keras|tflite)$"
                      r"|(?:.*/)?(model|models|checkpoints?|weights|adapter)(/.*)?$")


def recognizes(document: Node, path: str) -> bool:
    """By the name of the file, or by the flavors of a saved model."""
    name = path.rpartition("/")[2]
    return name.endswith(("MLmodel", ".dvc", "dvc.yaml")) or ("flavors" in document.pairs and "model_uuid" in document.pairs)


def read(document: Node, source: Source) -> Iterator[Mention]:
    """Where a saved model came from; weights that are kept elsewhere; the commands of a pipeline."""
    for flavor in document.get("flavors").pairs.values():
        yield from _flavor(flavor)
    for output in document.get("outs").items:
        if _WEIGHTS.match(output.get("path").text):
            yield Mention(output.get("path").text, output.get("path").line, "shipped", "DVC output", "path")
    for dependency in document.get("deps").items:
        origin = dependency.get("repo", "url") or dependency.get("path")
        if "://" in origin.text:
            revision = dependency.get("repo", "rev_lock").text or dependency.get("repo", "rev").text
            yield Mention(origin.text, origin.line, "used", "DVC import", "id", revision or None)
    for artifact in document.get("artifacts").pairs.values():
        if artifact.get("type").text == "model":
            yield Mention(artifact.get("path").text, artifact.get("path").line, "shipped", "DVC artifact", "path")
    for stage in document.get("stages").pairs.values():
        runs = {"script": stage.get("cmd")} if stage.get("cmd") else {}
        yield from settings.read(Node(runs, stage.line, stage.last), source)
    if document.get("vars") or document.get("params"):
        yield from settings.read(document.get("params"), source)


def _flavor(flavor: Node) -> Iterator[Mention]:
    source = flavor.get("source_model_name")
    if source.text:
        yield Mention(source.text, source.line, "base", "MLflow: source_model_name", revision=flavor.get("source_model_revision").text or None)
    for key, value in flavor.pairs.items():
        if key in ("tokenizer_name", "processor_name", "image_processor_name", "feature_extractor_name") and value.text != source.text:
            yield Mention(value.text, value.line, "used", f"MLflow: {key}", "id", flavor.get(key.replace("_name", "_revision")).text or None)
        elif key == "peft_adaptor" and value.text:
            yield Mention(value.text, value.line, "shipped", "MLflow: peft_adaptor", "path")
        elif key == "model_name_or_path" or (key == "model" and "/" in value.text):
            yield Mention(value.text, value.line, "used", f"MLflow: {key}", "id")
