"""Imports point one way, the core is pure, packaging lists every package."""

from __future__ import annotations

import ast
import configparser
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "checker"
#: who may import whom; a package may always import itself and `checker.errors`
ALLOWED = {
    "errors": set(), "core": set(), "load": {"core"}, "scan": {"core"}, "audit": {"core"}, "policy": {"core"}, "report": {"core"}, "export": {"core"},
    "app": {"core", "load", "scan", "audit", "policy", "report", "export"}, "web": {"app", "core", "load"}, "cli": {"app", "core", "load", "web"},
}


def imports(path: Path) -> set[str]:
    """Every module a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


#: who may open a connection, and by what: commands that say so in their name call these, no other does
CONNECTS = {"load/fetching.py": {"urllib.request", "http.client"}}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "data" not in path.relative_to(PACKAGE).parts)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if own in ("__init__", "__main__"):
        return
    used = {name.split(".")[1] for name in imports(path) if name.startswith("checker.") and len(name.split(".")) > 1}
    assert used - {own, "errors"} <= ALLOWED[own]


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").glob("*.py")), ids=lambda path: path.stem)
def test_the_core_needs_only_the_standard_library(path: Path) -> None:
    others = {name.split(".")[0] for name in imports(path)} - {"checker", "__future__"}
    assert others <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", [path for path in MODULES if path.relative_to(PACKAGE).parts[0] in ("core", "load", "errors.py")],
                         ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_every_start_reads_starts_fast(path: Path) -> None:
    """`typing` compiles each annotation of a NamedTuple that is a string, which took a tenth of a start: such modules do not turn theirs into strings."""
    text = path.read_text()
    assert "(NamedTuple)" not in text or "from __future__ import annotations" not in text


@pytest.mark.parametrize("path", [path for path in MODULES if "cli" not in path.parts and "web" not in path.parts], ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_faces_print_exit_or_read_the_clock(path: Path) -> None:
    calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)}
    assert not calls & {"print", "exit", "sys.exit", "input", "datetime.date.today", "datetime.now", "datetime.datetime.now", "time.time", "eval", "exec"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_opens_a_socket_or_unpickles(path: Path) -> None:
    banned = {"socket", "urllib.request", "http", "http.client", "requests", "pickle", "marshal", "shelve", "subprocess"}
    assert not imports(path) & banned - CONNECTS.get(str(path.relative_to(PACKAGE)), set())


def test_the_packaging_lists_every_package() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    listed = set(config["options"]["packages"].split())
    there = {".".join(path.parent.relative_to(ROOT).parts) for path in PACKAGE.rglob("__init__.py")}
    assert listed - {name for name in listed if name.startswith("checker.data.")} == there


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_functions_fit_on_a_screen_and_say_what_they_mean(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert len(path.read_text().splitlines()) <= 450
    if path.stat().st_size:
        assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 60, node.name
    public = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")]
    assert [node.name for node in public if not ast.get_docstring(node)] == []
