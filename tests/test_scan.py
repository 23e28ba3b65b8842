"""`licet scan`: what a repository names, where, and what was not read."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from checker.app.check import check_text
from checker.app.draft import draft
from checker.app.inventories import renderer
from checker.cli.main import licet
from checker.load.book import Library
from checker.scan import forms, scanner
from checker.scan.inventory import CONFIDENCES, ROLES, Inventory
from checker.scan.scanner import survey


@pytest.fixture
def scanned(tmp_path: Path):  # noqa: ANN201
    """Scan a repository made of these files."""

    def scan(files: dict[str, str | bytes]) -> Inventory:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return survey(tmp_path)

    return scan


def hits(inventory: Inventory) -> list[tuple[str, str, int]]:
    return [(one.id, one.role, one.line) for one in inventory.hits]


def test_python_is_followed_through_constants_defaults_and_strings(scanned) -> None:
    found = scanned({"a.py": '''"""Not this: from_pretrained("doc/string")"""
import os
MODEL = "Qwen/Qwen2.5-7B"
ORG = "meta-llama"
AutoModel.from_pretrained(MODEL, revision="abc123")
AutoModel.from_pretrained(f"{ORG}/Llama-3.1-8B")
pipeline("text-generation", model=os.getenv("MODEL_X", "google/gemma-2b"))
# AutoModel.from_pretrained("com/ment")
def load(name="bigscience/bloom"):
    return AutoModel.from_pretrained(name)
load_dataset("imdb")
load_dataset("json", data_files="x.json")
model.push_to_hub("me/mine")
'''})
    assert hits(found) == [("Qwen/Qwen2.5-7B", "used", 3), ("meta-llama/Llama-3.1-8B", "used", 6), ("google/gemma-2b", "used", 7), ("bigscience/bloom", "used", 9), ("imdb", "dataset", 11)]
    assert found.hits[0].revision == "abc123"


# ---- the draft and the forms -----------------------------------------------------------------------------------------

DAY = "2026-01-10"
REPOSITORY = {
    "README.md": "---\nlicense: apache-2.0\nbase_model: meta-llama/Llama-3.1-8B\ndatasets: [squad]\n---\n",
    "serve/app.py": 'AutoModel.from_pretrained("Qwen/Qwen2.5-72B")\nclient.create(model="gpt-4o")\nAutoModel.from_pretrained("./mine")\n',
    "model.pkl": "x",
}


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


def test_the_draft_is_a_valid_scenario_and_says_what_was_made_and_released(scanned, library: Library) -> None:
    data = draft(scanned(REPOSITORY), library)
    by_name = {one.get("model") or one["name"]: one for one in data["inputs"]}
    assert set(by_name) == {"meta-llama/Llama-3.1-8B", "squad", "Qwen/Qwen2.5-72B", "gpt-4o (openai)"}
    assert by_name["squad"]["kind"] == "dataset"
    made = {one["action"]: one for one in data["steps"]}
    assert made["fine_tune"]["from"] == [by_name["meta-llama/Llama-3.1-8B"]["id"], by_name["squad"]["id"]]
    assert set(made["combine"]["from"]) == {by_name["Qwen/Qwen2.5-72B"]["id"], by_name["gpt-4o (openai)"]["id"]}
    assert {"of": made["fine_tune"]["id"], "form": "weights_public", "license": "apache-2.0"} in data["releases"]
    assert {"of": made["combine"]["id"]} in data["releases"]


def test_a_label_that_the_base_does_not_allow_is_found_by_the_engine(scanned, library: Library) -> None:
    data = draft(scanned({"README.md": REPOSITORY["README.md"].replace("datasets: [squad]\n", "")}), library)
    entry = check_text(json.dumps(data), "draft", library, as_of=DAY)
    assert "llama-3.1" in [one["id"] for one in entry["licenses"]]
    assert [one for one in entry["findings"] if one["rule"].startswith("label") and one["license"] == "llama-3.1"]


def test_the_scenario_form_is_valid_as_it_stands_and_asks(scanned, library: Library) -> None:
    text = renderer("scenario")(scanned(REPOSITORY), library, name="repo", as_of=DAY)
    entry = check_text(text, "draft", library, as_of=DAY)
    head = text.split("\n\ntitle:")[0]
    assert entry["questions"][0]["ask"] in head
    assert "./mine" in head and "model.pkl" in head
    assert all(line.startswith("#") for line in head.splitlines())


def test_a_draft_says_who_asks_the_questions(scanned, library: Library) -> None:
    few, many = ({"a.py": "".join(f'from_pretrained("acme/m{number}")\n' for number in range(count))} for count in (1, 30))
    assert "1. " in renderer("scenario")(scanned(few), library, name="x", as_of=DAY).split("\n\ntitle:")[0]
    head = renderer("scenario")(scanned(many), library, name="x", as_of=DAY).split("\n\ntitle:")[0]
    assert "licet check`, which asks" in head and "Open questions, in" not in head


def test_what_looks_like_weights_or_a_license_and_is_not_read_is_told(scanned) -> None:
    found = scanned({"lora/adapter_model.bin": "x", "LICENSE.pdf": "%PDF", "docs/NOTICE.docx": "x", "m.mlmodel": "x", "small.npy": "x", "photo.png": "x", "guide.pdf": "x"})
    told = {one.file: one.cause for one in found.skipped if one.cause != "other_kind"}
    assert told == {"lora/adapter_model.bin": "unsafe", "LICENSE.pdf": "not_text", "docs/NOTICE.docx": "not_text", "m.mlmodel": "not_text"}
    assert [one.why for one in found.skipped if one.cause == "other_kind"] == ["3 files of kinds that are not read: .npy (1), .pdf (1), .png (1)"]


def test_suffixes_in_upper_case_are_read(scanned) -> None:
    cell = '{"cells": [{"cell_type": "code", "source": ["x.from_pretrained(\'acme/c\')"]}]}'
    found = scanned({"A.PY": 'from_pretrained("acme/a")\n', "B.IPYNB": cell, "C.SH": "vllm serve acme/s\n", "D.YML": "model: acme/y\n", "E.TS": 'from_pretrained("acme/t");\n',
                     "M.GGUF": "x", "N.SafeTensors": "x"})
    assert {one.id for one in found.hits} == {"acme/a", "acme/c", "acme/s", "acme/y", "acme/t", "M.GGUF", "N.SafeTensors"}


def test_a_hit_is_as_sure_as_its_place(scanned) -> None:
    found = scanned({"a.py": 'from_pretrained("acme/stated")\nparser.add_argument("--model", default="acme/default")\nx = os.getenv("MODEL", "acme/variable")\nload("Qwen/Qwen2-7B")\n'})
    assert {one.id: one.confidence for one in found.hits} == {"acme/stated": "high", "acme/default": "medium", "acme/variable": "medium", "Qwen/Qwen2-7B": "low"}


@pytest.mark.parametrize(("name", "expected"), [
    ("meta-llama/Llama-3.1-8B", True), ("openai/clip-vit-base-patch32", True), ("someone/bert-base-mine", True), ("minishlab/potion-base-8M", True),
    ("openai/whisper", False), ("ggml-org/llama.cpp", False), ("someone/llama-index", False), ("actions/checkout", False), ("text/plain", False), ("nvidia/cuda", False),
    ("databricks/databricks-dolly-15k", False), ("HuggingFaceH4/ultrachat_200k", False), ("meta-llama/llama-recipes", False), ("America/New_York", False),
])
def test_a_name_gives_itself_away_by_its_form(name: str, expected: bool) -> None:
    assert forms.is_model(name) is expected


def test_json_has_exactly_the_promised_form(scanned, library: Library) -> None:
    data = json.loads(renderer("json")(scanned(REPOSITORY), library))
    assert list(data) == ["hits", "licenses", "hosted", "local", "skipped"]
    assert {tuple(one) for one in data["hits"]} == {("id", "role", "registry", "file", "line", "revision", "confidence", "evidence")}
    assert {tuple(one) for one in data["licenses"]} == {("label", "file", "line")}
    assert {tuple(one) for one in data["skipped"]} == {("file", "why")}
    assert {one["confidence"] for one in data["hits"]} <= set(CONFIDENCES) and {one["role"] for one in data["hits"]} <= set(ROLES)


def test_the_bill_of_materials_is_valid_and_always_the_same(scanned, library: Library) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    found = scanned(REPOSITORY)
    text = renderer("cyclonedx")(found, library, name="repo", as_of=DAY)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert text == renderer("cyclonedx")(found, library, name="repo", as_of=DAY)
    assert "pkg:huggingface/Qwen/Qwen2.5-72B" in {one.get("purl") for one in json.loads(text)["components"]}


def test_the_text_names_the_license_that_the_registry_knows(scanned, library: Library) -> None:
    text = renderer("text")(scanned(REPOSITORY), library, as_of=DAY)
    assert "meta-llama/Llama-3.1-8B  [base]  huggingface; under llama-3.1 (model registry)" in text
    assert "README.md:3: model card: base_model" in text


def test_an_empty_repository_is_told_and_gives_a_draft(scanned, library: Library) -> None:
    found = scanned({"a.txt": "nothing"})
    assert found.hits == ()
    assert "inputs: []" in renderer("scenario")(found, library, name="x", as_of=DAY)


def test_the_command_writes_files_and_says_what_is_no_folder(scanned, tmp_path: Path) -> None:
    scanned(REPOSITORY)
    out = tmp_path / "out.json"
    result = CliRunner().invoke(licet, ["scan", str(tmp_path), "-f", "json", "-o", str(out)], standalone_mode=False)
    assert result.return_value == 0
    assert len(json.loads(out.read_text())["hits"]) == 3
    with pytest.raises(click.UsageError):
        CliRunner().invoke(licet, ["scan", str(out)], standalone_mode=False, catch_exceptions=False)


def test_a_part_of_an_inventory_is_that_of_its_folder(scanned) -> None:
    part = scanned(REPOSITORY).below("serve")
    assert [one.id for one in part.hits] == ["Qwen/Qwen2.5-72B"]
    assert [one.id for one in part.local] == ["./mine"]


def test_many_files_are_shared_out_and_give_the_same(scanned, monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, str | bytes] = {f"d{number % 9}/f{number}.py": f'from_pretrained("acme/m{number}")\n' for number in range(230)}
    alone = scanned(files)
    monkeypatch.setattr(scanner, "WORTH_SHARING", 10)
    assert scanned(files) == alone
    assert len(alone.hits) == 230


def test_progress_sees_every_file_once(tmp_path: Path, scanned) -> None:
    scanned(REPOSITORY)
    seen: list[str] = []

    def watch(entries: list) -> list:
        for entry in entries:
            seen.append(entry.path)
            yield entry

    survey(tmp_path, watch)
    assert sorted(seen) == ["README.md", "serve/app.py"]


def test_a_lock_file_speaks_for_every_folder(scanned) -> None:
    found = scanned({"licet.lock": 'format: licet/lock/1\nmodels:\n  - {"id": "acme/tuned", "license": "mit", "base": [{"id": "acme/base", "relation": "adapter"}]}\n',
                     "serve/app.py": 'from_pretrained("acme/tuned")\n'})
    part = found.below("serve")
    assert [(one.label, one.of) for one in part.licenses] == [("mit", "acme/tuned")]
    assert [(one.id, one.base, one.relation) for one in part.links] == [("acme/tuned", "acme/base", "adapter")]
    assert [one.id for one in part.hits] == ["acme/tuned"]


def test_an_address_after_an_option_without_a_value_is_an_address(scanned) -> None:
    found = scanned({"s.sh": "wget -q https://huggingface.co/a-b/one-GGUF/resolve/main/l.gguf\ncurl -fsSL https://huggingface.co/a-b/two/resolve/main/l.gguf -o /m\n",
                     "Dockerfile": "FROM x\nRUN curl -LO https://huggingface.co/a-b/three/resolve/main/l.gguf\n"})
    assert sorted(hits(found)) == [("a-b/one-GGUF", "used", 1), ("a-b/three", "used", 2), ("a-b/two", "used", 2)]
