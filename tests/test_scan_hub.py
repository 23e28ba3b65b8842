"""`licet scan --hub` against a hub of our own, on this machine: what it answers goes into licet.lock, and from there into the draft."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from checker.app.draft import draft
from checker.app.scan import scan
from checker.cli.main import licet
from checker.load.book import Library

SHA = "0123456789abcdef0123456789abcdef01234567"
ANSWERS = {
    "/api/models/acme/tuned": {"id": "acme/tuned", "sha": SHA, "tags": ["base_model:finetune:meta-llama/Llama-3.1-8B", "license:mit"],
                               "cardData": {"license": "mit", "base_model": "meta-llama/Llama-3.1-8B"}},
    "/api/models/meta-llama/Llama-3.1-8B": {"id": "meta-llama/Llama-3.1-8B", "sha": SHA[::-1], "gated": "manual", "tags": [],
                                            "cardData": {"license": "other", "license_name": "llama3.1\u001b[31m"}},
    "/api/datasets/squad": {"id": "squad", "sha": SHA, "tags": [], "cardData": {"license": ["cc-by-sa-4.0"]}},
}


class _Hub(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # noqa: N802  (the name that the library calls)
        answer = ANSWERS.get(self.path.partition("?")[0])
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer or {"error": "Repository not found"}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def hub() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_lock_holds_what_the_hub_says(tmp_path: Path, hub: str) -> None:
    (tmp_path / "a.py").write_text('from_pretrained("acme/tuned")\nload_dataset("squad")\nfrom_pretrained("acme/hidden")\n')
    result = CliRunner().invoke(licet, ["scan", str(tmp_path), "--hub", "--endpoint", hub, "--as-of", "2026-01-10", "-q", "-f", "json"], standalone_mode=False)
    assert result.return_value == 0, result.output
    lock = yaml.safe_load((tmp_path / "licet.lock").read_text())
    entries = {one["id"]: one for one in lock["models"]}
    assert entries["acme/tuned"] == {"id": "acme/tuned", "kind": "model", "revision": SHA, "license": "mit", "date": "2026-01-10",
                                     "base": [{"id": "meta-llama/Llama-3.1-8B", "relation": "finetune"}]}
    assert entries["meta-llama/Llama-3.1-8B"]["license_name"] == "llama3.1?[31m"
    assert entries["meta-llama/Llama-3.1-8B"]["gated"] is True
    assert entries["squad"]["license"] == "cc-by-sa-4.0"
    assert entries["acme/hidden"]["problem"] == "the hub answers 404"


def test_the_chain_reaches_the_draft_and_the_label_is_no_license(tmp_path: Path, hub: str) -> None:
    (tmp_path / "a.py").write_text('from_pretrained("acme/tuned")\n')
    CliRunner().invoke(licet, ["scan", str(tmp_path), "--endpoint", hub, "-q"], standalone_mode=False)
    data = draft(scan(tmp_path, Library()), Library())
    inputs = {one.get("model"): one for one in data["inputs"]}
    assert inputs["acme/tuned"]["declared"] == "mit"
    assert inputs["acme/tuned"]["from"] == [inputs["meta-llama/Llama-3.1-8B"]["id"]]
    assert inputs["acme/tuned"]["action"] == "fine_tune"
    assert "license" not in inputs["acme/tuned"]


def test_a_hub_that_answers_nothing_is_told(tmp_path: Path, hub: str) -> None:
    from checker.errors import BadInput

    (tmp_path / "a.py").write_text('from_pretrained("nobody/nothing")\n')
    with pytest.raises(BadInput, match="answers for none of 1 names"):
        CliRunner().invoke(licet, ["scan", str(tmp_path), "--endpoint", hub, "-q"], standalone_mode=False, catch_exceptions=False)
    assert not (tmp_path / "licet.lock").exists()
