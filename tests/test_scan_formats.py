"""Each format that `licet scan` reads: what is found on which line, and what beside it is not taken for a model."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from checker.scan.inventory import Inventory
from checker.scan.scanner import survey


class Case(NamedTuple):
    name: str
    text: str
    hits: list[tuple[str, str, int]]
    hosted: list[str] = []
    local: list[str] = []
    labels: list[tuple[str, int]] = []


CASES = [
    Case("README.md", """---
license: other
license_name: my-terms
base_model: [google/gemma-7b]
datasets:
- squad
new_version: acme/newer
model-index: [{results: [{dataset: {type: glue}}]}]
---
Compared with mistralai/Mistral-7B-v0.1.
```yaml
merge_method: slerp
models: [{model: google/gemma-7b-it}, {model: google/gemma-7b}]
```
""", [("google/gemma-7b", "base", 4), ("squad", "dataset", 6), ("google/gemma-7b-it", "merged", 13)], labels=[("other", 2), ("my-terms", 3)]),
    Case("space/README.md", "---\ntitle: A\nsdk: gradio\nmodels: [openai/whisper-small]\npreload_from_hub:\n- Qwen/Qwen2-7B config.json 0123abc\nlicence: license\n---\n",
         [("openai/whisper-small", "used", 4), ("Qwen/Qwen2-7B", "used", 6)]),
    Case("config.json", '{\n "_name_or_path": "gpt2",\n "model_type": "gpt2",\n "architectures": ["GPT2LMHeadModel"]\n}', [("gpt2", "base", 2)]),
    Case("lora/adapter_config.json", '{\n "base_model_name_or_path": "meta-llama/Llama-3.1-8B",\n "base_model": "meta-llama/Llama-3.1-8B",\n "peft_type": "LORA", "revision": "abc1234"\n}',
         [("meta-llama/Llama-3.1-8B", "adapter_base", 2)]),
    Case("Modelfile", 'from hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M\nADAPTER ./lora.gguf\nSYSTEM """\nFROM nobody/nothing\n"""\nLICENSE """\nMy terms\n"""\n# FROM other\n',
         [("bartowski/Llama-3.2-1B-Instruct-GGUF", "used", 1)], local=["./lora.gguf"], labels=[("My terms", 6)]),
    Case("coder.Modelfile", "FROM someone/coder:7b\n", [("someone/coder:7b", "used", 1)]),
    Case("merge.yml", "base_model: acme/base@main+acme/lora@v1\nmodels:\n  - model: {model: {path: acme/left, revision: abc1234}}\nmerge_method: ties\ntokenizer: {source: union}\n",
         [("acme/base", "base", 1), ("acme/lora", "merged", 1), ("acme/left", "merged", 3)]),
    Case("moe.yml", "base_model: acme/base\nexperts:\n  - source_model: acme/code\n    positive_prompts: [code]\n", [("acme/base", "base", 1), ("acme/code", "merged", 3)]),
    Case("axolotl.yml", """base_model: mistralai/Mistral-7B-v0.1
revision_of_model: abc1234
tokenizer_config: mistralai/Mistral-7B-v0.1
hub_model_id: acme/mine
reward_model: acme/reward
lora_r: 8
datasets:
  - path: tatsu-lab/alpaca
  - path: data/train.jsonl
""", [("mistralai/Mistral-7B-v0.1", "base", 1), ("acme/reward", "used", 5), ("tatsu-lab/alpaca", "dataset", 8)], local=["data/train.jsonl"]),
    Case("factory.yaml", "model_name_or_path: Qwen/Qwen2-7B\nfinetuning_type: lora\nstage: sft\ndataset: identity,alpaca_en_demo\nexport_hub_model_id: acme/out\noutput_dir: saves/qwen/sft\n",
         [("Qwen/Qwen2-7B", "base", 1)]),
    Case("handbook.yaml", "model_name_or_path: acme/sft\nlearning_rate: 1.0e-5\nnum_train_epochs: 1\ndataset_name: imdb\ndataset_mixer:\n  acme/mix: 1.0\n",
         [("acme/sft", "base", 1), ("imdb", "dataset", 4), ("acme/mix", "dataset", 6)]),
    Case("data/dataset_info.json", '{"one": {"file_name": "a.json"},\n "two": {"hf_hub_url": "acme/instruct"}}', [("acme/instruct", "dataset", 2)]),
    Case("docker-compose.yml", """x-env: &env
  HF_TOKEN: secret
services:
  vllm:
    image: vllm/vllm-openai:latest
    command: ["acme/first", "--served-model-name", "acme/alias", "--max-model-len", "8192"]
    environment: *env
  tgi:
    image: ghcr.io/huggingface/text-generation-inference:2
    command: >
      --model-id ${TGI_MODEL:-acme/second}
      --revision 0123abc
  app:
    image: acme/app
    build: {args: {EMBEDDING_MODEL: BAAI/bge-m3}}
    environment:
      - LLM_MODEL=gpt-4o
      - OLLAMA_MODEL=mistral
  ollama:
    image: ollama/ollama
    entrypoint: ["/bin/sh", "-c", "ollama serve & ollama pull llama3.2:3b"]
""", [("acme/first", "used", 6), ("acme/second", "used", 11), ("BAAI/bge-m3", "used", 15), ("mistral", "used", 18), ("llama3.2:3b", "used", 21)], hosted=["gpt-4o"]),
    Case("deployment.yaml", """apiVersion: v1
kind: Pod
metadata: {labels: {ai.gke.io/model: acme/label, nvidia.com/gpu: "1"}}
spec:
  initContainers:
  - name: fetch
    image: google/cloud-sdk
    command: ["/bin/sh", "-c"]
    args:
    - |
      set -e
      # hf download acme/comment
      gsutil rsync gs://store/models/mine /models/mine
      hf download acme/fetched --revision 0123abc
  containers:
  - image: vllm/vllm-openai
    args: ["--model=$(MODEL_ID)", "--tokenizer", "/models/mine"]
    env:
    - {name: MODEL_ID, value: acme/served}
""", [("acme/fetched", "used", 14), ("acme/served", "used", 19)], local=["gs://store/models/mine", "/models/mine"]),
    Case("kserve.yaml", "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nspec:\n  predictor:\n    model:\n      modelFormat: {name: huggingface}\n      args: [--model_name=alias, --model_id=acme/one]\n"
         "      storageUri: hf://google/flan-t5-small:0123abc\n---\nkind: InferenceService\nspec: {predictor: {model: {storageUri: s3://bucket/model}}}\n",
         [("acme/one", "used", 7), ("google/flan-t5-small", "used", 8)], local=["s3://bucket/model"]),
    Case("chart/templates/deploy.yaml", "{{- if .Values.on }}\nspec:\n  containers:\n  - image: {{ .Values.image }}\n    args: [\"--model\", \"acme/chart\", \"--port\", {{ .Values.port | quote }}]\n{{- end }}\n",
         [("acme/chart", "used", 5)]),
    Case("litellm.yaml", "model_list:\n  - model_name: acme/alias\n    litellm_params: {model: ollama/llama3, api_base: http://x}\n  - model_name: gpt\n    litellm_params: {model: openai/gpt-4o}\n"
         "  - model_name: b\n    litellm_params: {model: hosted_vllm/acme/served}\n", [("llama3", "used", 3), ("acme/served", "used", 7)], hosted=["openai/gpt-4o"]),
    Case(".github/workflows/ci.yml", "jobs:\n  a:\n    env: {MODEL_ID: HuggingFaceTB/SmolLM2-135M}\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          python eval.py --model acme/eval --output_dir acme/out\n",
         [("HuggingFaceTB/SmolLM2-135M", "used", 3), ("acme/eval", "used", 7)]),
    Case("run.sh", """#!/bin/sh
MODEL="${1:-acme/default}"
echo "Usage: run.sh --model acme/usage"
vllm serve "$MODEL" \\
  --speculative-config '{"model": "acme/draft"}'
python -m sglang.launch_server --model-path=acme/path --tp 2
huggingface-cli download --repo-type dataset acme/data --local-dir acme/dir
git clone https://huggingface.co/microsoft/phi-2
ollama create mine -f Modelfile && ollama run mine
lm_eval --model hf --model_args pretrained=acme/evaluated,revision=main
python - <<EOF
AutoModel.from_pretrained("acme/inner")
EOF
huggingface-cli upload acme/mine .
""", [("acme/default", "used", 2), ("acme/draft", "used", 5), ("acme/path", "used", 6), ("acme/data", "dataset", 7), ("microsoft/phi-2", "used", 8), ("acme/evaluated", "used", 10),
      ("acme/inner", "used", 12)], local=["mine"]),
    Case("Dockerfile", """FROM vllm/vllm-openai:latest
ARG MODEL_ID=acme/argued
ENV HF_HOME=/cache \\
    RERANK_MODEL=acme/reranker
# RUN hf download acme/comment
RUN pip install x && \\
    # hf download acme/inner-comment
    hf download ${MODEL_ID}
RUN python -c "from transformers import pipeline; pipeline('ner', model='acme/ner')"
CMD ["--model", "acme/served"]
""", [("acme/argued", "used", 2), ("acme/reranker", "used", 4), ("acme/ner", "used", 9), ("acme/served", "used", 10)]),
    Case("Makefile", "MODEL ?= acme/made\nserve:\n\t@vllm serve $(MODEL)\n", [("acme/made", "used", 1)]),
    Case(".env.example", 'MODEL=acme/one   # the model\n# MODEL=acme/other\nexport HF_MODEL_ID="acme/two"\nMODEL_TYPE=acme/type\nMODEL_CACHE_DIR=acme/dir\nCONTENT_TYPE=application/json\nOPENAI_MODEL=gpt-4o-mini\n',
         [("acme/one", "used", 1), ("acme/two", "used", 3)], hosted=["gpt-4o-mini"]),
    Case("settings.toml", '[llm]\n# model = "acme/comment"\nmodel = "acme/toml"\n', [("acme/toml", "used", 3)]),
    Case("app.py", '''"""AutoModel.from_pretrained("doc/string")"""
import os
from dataclasses import dataclass
from peft import PeftModel
BASE, NAME = "acme", "small"
MODELS = {"a": "acme/a", "b": {"name": "acme/b", "kind": "not/this"}}
@dataclass
class Config:
    model_name: str = "acme/field"
    mime: str = "application/json"
parser.add_argument("--checkpoint", default="acme/option")
model = AutoModel.from_pretrained(f"{BASE}/{NAME}", revision="0123abc")
model = PeftModel.from_pretrained(model, "acme/lora")
other = AutoModel.from_pretrained(os.environ.get("OTHER") or "acme/fallback")
SentenceTransformer("all-MiniLM-L6-v2")
CrossEncoder("cross-encoder/ms-marco-MiniLM-L-6-v2")
AutoModel.from_pretrained("./here"); AutoModel.from_pretrained("bert-base-uncased")
snapshot_download("acme/data", repo_type="dataset")
load_dataset("csv", data_files="a/b.csv"); load_dataset("glue", "sst2")
client.chat.completions.create(model="claude-sonnet-4-20250514")
ChatOllama(model="llama3")
litellm.completion(model="ollama/qwen2")
if name == "acme/compared": print("acme/printed")
requests.get(url, headers={"Accept": "text/html"})
model.push_to_hub("acme/pushed"); Trainer(hub_model_id="acme/hub")
HUB_NAME = "acme/made"
api.upload_file(repo_id=HUB_NAME)
torch.hub.load("pytorch/vision", "resnet18")
for size in ["acme/loop1", "acme/loop2"]:
    AutoTokenizer.from_pretrained(size)
start(args.model_name or "acme/or")
name = _env("CKPT", "acme/helper")
AutoModel.from_pretrained("%s/%s" % (BASE, "percent"))
''', [("acme/a", "used", 6), ("acme/b", "used", 6), ("acme/field", "used", 9), ("acme/option", "used", 11), ("acme/small", "used", 12), ("acme/lora", "used", 13), ("acme/fallback", "used", 14),
      ("sentence-transformers/all-MiniLM-L6-v2", "used", 15), ("cross-encoder/ms-marco-MiniLM-L-6-v2", "used", 16), ("bert-base-uncased", "used", 17), ("acme/data", "dataset", 18),
      ("glue", "dataset", 19), ("llama3", "used", 21), ("qwen2", "used", 22), ("pytorch/vision", "used", 28), ("acme/loop1", "used", 29), ("acme/loop2", "used", 29),
      ("acme/or", "used", 31), ("acme/helper", "used", 32), ("acme/percent", "used", 33)],
         hosted=["claude-sonnet-4-20250514"], local=["./here"]),
    Case("note.ipynb", """{
 "cells": [
  {"cell_type": "markdown", "source": ["from_pretrained('acme/text')"]},
  {"cell_type": "code", "outputs": [{"text": ["from_pretrained('acme/output')"]}], "source": [
    "!hf download acme/shell\\n",
    "NAME = \\"acme/cell\\"\\n",
    "%matplotlib inline"]},
  {"cell_type": "code", "source": ["if broken\\n", "x = 'acme/never'"]},
  {"cell_type": "code", "source": ["AutoModel.from_pretrained(NAME)"]},
  {"cell_type": "code", "source": ["%%bash\\n", "vllm serve acme/bash"]}
 ], "nbformat": 4}
""", [("acme/shell", "used", 5), ("acme/cell", "used", 6), ("acme/bash", "used", 10)]),
    Case("web.ts", """// pipeline('x', 'acme/comment')
import x from 'acme/module';
const MODEL: string = "Xenova/all-MiniLM-L6-v2";
const p = await pipeline('feature-extraction', MODEL);
const q = await AutoModel.from_pretrained(`onnx-community/${"x"}`);
const r = await hf.textGeneration({ model: "acme/inference", inputs: "a/b c" });
const s = new ChatOllama({ model: "llama3.2" });
const t = streamText({ model: openai("gpt-4o") });
const headers = { "Content-Type": "application/json" };
const u = process.env.EMBEDDING_MODEL ?? "acme/default";
if (model === "acme/compared") {}
""", [("Xenova/all-MiniLM-L6-v2", "used", 3), ("acme/inference", "used", 6), ("llama3.2", "used", 7), ("acme/default", "used", 10)], hosted=["gpt-4o"]),
    Case("model.dvc", "outs:\n- md5: abc\n  path: model.safetensors\ndeps:\n- path: x\n  repo: {url: https://huggingface.co/acme/imported, rev_lock: 0123abc}\n",
         [("acme/imported", "used", 6)], local=["model.safetensors"]),
    Case("MLmodel", "flavors:\n  transformers:\n    source_model_name: acme/source\n    source_model_revision: 0123abc\n    model_binary: model\nmodel_uuid: x\n", [("acme/source", "base", 3)]),
    Case("bom.json", """{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
 {"type": "machine-learning-model", "name": "tuned", "group": "acme", "purl": "pkg:huggingface/acme/tuned@0123abc",
  "licenses": [{"license": {"name": "llama3.1"}}],
  "pedigree": {"ancestors": [
   {"type": "machine-learning-model", "name": "Llama-3.1-8B", "group": "meta-llama"}]},
  "modelCard": {"modelParameters": {"datasets": [
   {"type": "dataset", "name": "x", "contents": {"url": "https://huggingface.co/datasets/acme/data"}}]}}},
 {"type": "library", "name": "numpy", "purl": "pkg:pypi/numpy@1", "licenses": [{"license": {"id": "BSD-3-Clause"}}]}]}
""", [("acme/tuned", "used", 2), ("meta-llama/Llama-3.1-8B", "base", 5), ("acme/data", "dataset", 7)], labels=[("llama3.1", 3)]),
    Case("bom.spdx.json", """{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
 {"type": "ai_AIPackage", "spdxId": "urn:m", "name": "acme/model"},
 {"type": "ai_AIPackage", "spdxId": "urn:b", "name": "base", "software_downloadLocation": "https://huggingface.co/acme/base"},
 {"type": "dataset_DatasetPackage", "spdxId": "urn:d", "name": "acme/data"},
 {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:l", "simplelicensing_licenseExpression": "Apache-2.0"},
 {"type": "Relationship", "from": "urn:m", "relationshipType": "descendantOf", "to": ["urn:b"]},
 {"type": "Relationship", "from": "urn:m", "relationshipType": "hasDeclaredLicense", "to": ["urn:l"]}]}
""", [("acme/model", "used", 2), ("acme/base", "base", 3), ("acme/data", "dataset", 4)], labels=[("Apache-2.0", 5)]),
    Case("NOTICE", "Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright © Meta Platforms, Inc.\n", [], labels=[("Llama 3.1 Community License", 1)]),
    Case("LICENSE", "MIT License\n\nPermission is hereby granted\n", [], labels=[("MIT License", 1)]),
]


def scan(root: Path, name: str, text: str) -> Inventory:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return survey(root)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_format_is_read(case: Case, tmp_path: Path) -> None:
    found = scan(tmp_path, case.name, case.text)
    assert sorted((one.id, one.role, one.line) for one in found.hits) == sorted(case.hits)
    assert sorted(one.id for one in found.hosted) == sorted(case.hosted)
    assert sorted(one.id for one in found.local) == sorted(case.local)
    assert sorted((one.label, one.line) for one in found.licenses) == sorted(case.labels)
    assert {one.file for one in found.hits} <= {case.name}
    assert [one for one in found.skipped if one.cause == "malformed"] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_line_ends_and_byte_order_marks_change_nothing(case: Case, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    plain = scan(tmp_path / "other", case.name, case.text)
    marked = scan(tmp_path, case.name, "\ufeff" + case.text)
    assert marked.below("other") == plain or [one._replace(file="") for one in marked.hits if not one.file.startswith("other/")] == [one._replace(file="") for one in plain.hits]


def test_revisions_are_told_where_they_are_pinned(tmp_path: Path) -> None:
    found = scan(tmp_path, "app.py", 'from_pretrained("acme/a", revision="main")\nfrom_pretrained("acme/b", revision="0123abc")\nsnapshot_download("hf://acme/c@v1")\n')
    assert {one.id: one.revision for one in found.hits} == {"acme/a": None, "acme/b": "0123abc", "acme/c": "v1"}


def test_a_folder_of_the_same_name_wins_over_the_hub(tmp_path: Path) -> None:
    (tmp_path / "acme" / "model").mkdir(parents=True)
    (tmp_path / "acme" / "model" / "x.txt").write_text("")
    found = scan(tmp_path, "app.py", 'from_pretrained("acme/model")\n')
    assert found.hits == ()
    assert [one.id for one in found.local] == ["acme/model"]


def test_gitignore_is_respected_and_told(tmp_path: Path) -> None:
    for name in ("a.py", "b/c.py", "b/keep.py", "build/d.py", "node_modules/e.py", ".venv/pyvenv.cfg", ".venv/f.py"):
        scan(tmp_path, name, 'from_pretrained("acme/model")\n')
    (tmp_path / ".gitignore").write_text("/a.py\nbuild/\nb/*.py\n!b/keep.py\n")
    found = survey(tmp_path)
    assert [one.file for one in found.hits] == ["b/keep.py"]
    assert {one.file for one in found.skipped if one.cause == "ignored"} == {".", "b", "build", "node_modules", ".venv"}
