"""Repositories made to harm the one who scans them: each trick is named in the result, and the rest is scanned."""

from __future__ import annotations

import json
import os
import pickle
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.scan.inventory import Inventory
from checker.scan.scanner import survey

GOOD = 'AutoModel.from_pretrained("Qwen/Qwen2.5-7B")\n'


def scan(root: Path) -> Inventory:
    (root / "good.py").write_text(GOOD)
    return survey(root)


def causes(inventory: Inventory) -> dict[str, str]:
    return {one.file: one.cause for one in inventory.skipped}


def rest_was_scanned(inventory: Inventory) -> bool:
    return ("Qwen/Qwen2.5-7B", "good.py", 1) in [(one.id, one.file, one.line) for one in inventory.hits]


class Bomb:
    """Unpickled, it leaves a file behind."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


def test_pickles_and_archives_are_named_and_never_opened(tmp_path: Path) -> None:
    mark = tmp_path.parent / f"{tmp_path.name}-exploded"
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(Bomb(mark)))
    (tmp_path / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb(mark)) + b"\0" * 2_000_000)
    with zipfile.ZipFile(tmp_path / "model.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 20_000_000)
    found = scan(tmp_path)
    assert not mark.exists()
    assert [causes(found)[name] for name in ("model.pkl", "pytorch_model.bin", "model.zip")] == ["unsafe"] * 3
    assert rest_was_scanned(found)


def gguf(count: int, *pairs: tuple[str, str]) -> bytes:
    body = b"".join(struct.pack("<Q", len(key)) + key.encode() + struct.pack("<I", 8) + struct.pack("<Q", len(value)) + value.encode() for key, value in pairs)
    return b"GGUF" + struct.pack("<IQQ", 3, 0, count) + body


def safetensors(header: object, length: int | None = None) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text


@pytest.mark.parametrize(("name", "data"), [
    ("a.gguf", gguf(2**62)), ("b.gguf", gguf(1, ("k", "v"))[:30]), ("c.gguf", b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**63)),
    ("d.gguf", b"not it"), ("e.gguf", b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 8, 2**60)),
    ("f.gguf", b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<I", 99)), ("g.gguf", b""),
    ("a.safetensors", safetensors({}, 2**63)), ("b.safetensors", safetensors({}, 30_000_000)), ("c.safetensors", b"1234"),
    ("d.safetensors", struct.pack("<Q", 4) + b"[[[["), ("e.safetensors", struct.pack("<Q", 20) + b'{"__metadata__":{"a"'),
])
def test_headers_that_lie_are_named(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    found = scan(tmp_path)
    assert causes(found).get(name) == "malformed"
    assert (name, "shipped") in [(one.id, one.role) for one in found.hits]
    assert rest_was_scanned(found)


def test_headers_tell_bases_and_licenses(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(gguf(3, ("general.license", "llama3.1"), ("general.base_model.0.repo_url", "https://huggingface.co/meta-llama/Llama-3.1-8B"),
                                           ("general.description", "x")))
    (tmp_path / "l.safetensors").write_bytes(safetensors({"__metadata__": {"format": "pt", "modelspec.license": "MIT", "ss_sd_model_name": "stabilityai/sdxl-turbo"}, "t": {}}))
    with (tmp_path / "big.safetensors").open("wb") as handle:
        handle.write(safetensors({"__metadata__": {"format": "pt"}}))
        handle.truncate(1 << 33)
    found = scan(tmp_path)
    assert [(one.id, one.role) for one in found.hits if one.role == "base"] == [("stabilityai/sdxl-turbo", "base"), ("meta-llama/Llama-3.1-8B", "base")]
    assert [(one.label, one.file) for one in found.licenses] == [("MIT", "l.safetensors"), ("llama3.1", "m.gguf")]


def yaml_bomb() -> str:
    return "a: &a {model: acme-labs/one}\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20))


@pytest.mark.parametrize(("name", "text"), [
    ("deep.json", '{"model": ' + "[" * 100_000 + '"a/b"' + "]" * 100_000 + "}"),
    ("deep.yaml", "model: a/b\nx: " + "[" * 50_000),
    ("deep.py", "model = " + "(" * 5_000 + '"a/b"' + ")" * 5_000),
    ("long.py", "model = " + " + ".join(['"a/b"'] * 20_000)),
    ("deep.ipynb", '{"cells": ' + "[" * 100_000),
    ("broken.py", "from_pretrained('a/b'"), ("broken.json", '{"model": "a/b"'), ("broken.toml", 'model = "a/b\n'),
    ("nul.py", "from_pretrained('a/b')\0"), ("package.ts", "x = 'a/b'; model" + "y" * 30_000),
])
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    found = scan(tmp_path)
    assert causes(found).get(name) in ("malformed", "too_large", "not_text")
    assert rest_was_scanned(found)


def test_an_alias_is_read_once_however_often_it_stands(tmp_path: Path) -> None:
    (tmp_path / "bomb.yaml").write_text(yaml_bomb())
    started = time.process_time()
    found = scan(tmp_path)
    assert time.process_time() - started < 5
    assert [one.id for one in found.hits if one.file == "bomb.yaml"] == ["acme-labs/one"]


def test_links_out_of_the_repository_and_circles_are_named(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text('from_pretrained("secret/model")')
    root = tmp_path / "root"
    root.mkdir()
    (root / "out.py").symlink_to(outside / "secret.py")
    (root / "out").symlink_to(outside)
    (root / "loop.py").symlink_to(root / "loop.py")
    (root / "circle").symlink_to(root)
    (root / "in.py").symlink_to(root / "good.py")
    os.mkfifo(root / "pipe.py")
    found = scan(root)
    told = causes(found)
    assert [told[name] for name in ("out.py", "out", "loop.py", "circle", "pipe.py")] == ["link", "link", "link", "ignored", "unreadable"]
    assert "secret/model" not in [one.id for one in found.hits]
    assert {one.file for one in found.hits} == {"good.py", "in.py"}


def test_unreadable_files_and_folders_are_named(tmp_path: Path) -> None:
    (tmp_path / "no.py").write_text(GOOD)
    (tmp_path / "closed").mkdir()
    (tmp_path / "no.py").chmod(0)
    (tmp_path / "closed").chmod(0)
    try:
        if os.access(tmp_path / "no.py", os.R_OK):               # the super-user reads everything
            assert rest_was_scanned(scan(tmp_path))
            return
        found = scan(tmp_path)
        assert causes(found) == {"no.py": "unreadable", "closed": "unreadable"}
        assert rest_was_scanned(found)
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_names_cannot_steer_a_terminal(tmp_path: Path) -> None:
    from checker.app.inventories import names, renderer
    from checker.load.book import Library

    folder = tmp_path / "new\nline \x1b[31m"
    folder.mkdir()
    (folder / "a\x07.py").write_text(GOOD)
    (folder / "bad\x1b.py").write_text("from_pretrained('a/b'")
    found = scan(tmp_path)
    for form in names():
        document = renderer(form)(found, Library(), name="x\x1b[31m", as_of="2026-01-10")
        assert not [character for character in document if not character.isprintable() and character != "\n"], form


@pytest.mark.parametrize("make", [
    lambda size: ("a.py", 'model = "' + "a" * size + '/"\n' + "x = '" + "a/" * size + "'"),
    lambda size: ("b.yaml", "model: " + "a-" * size + "\nargs: " + "--model " * size),
    lambda size: ("c.sh", "MODEL=" + "${A:-" * size + "\n" + "vllm serve " + "'" * size),
    lambda size: ("d.ts", "model = `" + "${a}" * size + "`; /" + "*" * size),
    lambda size: ("e.env", "MODEL=" + "${B:-${A:-" * size),
    lambda size: ("README.md", "---\nlicense: mit\n" + "- \n" * size + "---\n" + "```" * size),
    lambda size: ("f.json", '{"model": "' + "\\" * (2 * size) + '", ' + "/" * size + "}"),
    lambda size: ("Dockerfile", "ENV MODEL=" + "a" * size + " \\\n" * size),
    lambda size: ("Modelfile", 'FROM x\nSYSTEM """' + '""' * size + "\n" * size),
    lambda size: ("NOTICE", "licensed under the " + "A " * size),
    lambda size: ("Makefile", "MODEL = " + "$(A" * size),
    lambda size: ("loop.sh", "model=1\n" + "for m in a/b c/d; do\n" * (size // 10) + "vllm serve $m\n" * (size // 10)),
    lambda size: ("array.sh", "model=1\n" + "A=(" * size + "\n" + "X=( a\n" * (size // 4) + "eval $X $X\n" * (size // 10)),
    lambda size: ("here.sh", "model\n" + "cat > a.sh <<EOF\n" * (size // 10)),
    lambda size: ("Jenkinsfile", "model sh '''" * (size // 10) + 'sh "' * size),
    lambda size: ("requirements.txt", "https://huggingface.co/" * size + "\nen_core_" * size),
    lambda size: ("list.py", "run([" + "'--model', 'a/b', " * (size // 4) + "])\nos.system('vllm serve " + "a " * size + "')"),
    lambda size: ("form.py", "x = ('" + "llama-" * size + "/7b', '" + "a/" + "bert-" * size + "')"),
    lambda size: ("script", "#!/bin/sh " + "a" * size + "\nmodel=" + "x/llama-" * size),
    lambda size: ("n.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": ["%%writefile m.sh\n", "!hf download {A} \\\n"]}] * (size // 20)})),
    lambda size: (".gitignore", "*a" * size + "\n" + "**/" * size + "\n*.log\n"),
], ids=lambda make: make(1)[0])
def test_the_cost_grows_with_the_size_and_not_faster(tmp_path: Path, make: Callable[[int], tuple[str, str]]) -> None:
    """Four times the text takes nowhere near sixteen times as long."""

    def cost(size: int) -> float:
        root = tmp_path / str(size)
        root.mkdir()
        name, text = make(size)
        (root / name).write_text(text)
        best = 1e9
        for _ in range(2):
            started = time.process_time()
            survey(root)
            best = min(best, time.process_time() - started)
        return best

    small, large = cost(10_000), cost(40_000)
    assert large < 10 * small + 0.5
