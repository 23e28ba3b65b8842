"""How long it takes to say what an answer hangs on and which ways lead out; reported, never asserted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from checker.app.check import check_text
from checker.app.outbound import find_text
from checker.core.study import study
from checker.load.book import Library
from checker.load.scenario import parse_scenario

ROOT = Path(__file__).parent.parent.parent
#: V04 with eight facts taken out: where the actor is, how large, what the step is for, which release of two families, form, commerce, regions
EIGHT_UNKNOWN = """title: V04, little known
as_of: "2025-12-10"
actor: {name: Meta, kind: company}
agreements: []
inputs:
  - {id: qwen, license: {one_of: [apache-2.0, qwen]}}
  - {id: gemma, license: {one_of: [gemma-2024-04-01, gemma-2025-03-24]}}
  - {id: gpt-oss, model: openai/gpt-oss-120b}
steps:
  - {id: avocado, action: train_on_outputs, from: [qwen, gemma, gpt-oss], name: Avocado}
releases:
  - {id: api, of: avocado, form: {one_of: [hosted_api, weights_public]}, name: Avocado, date: "2026-04-08", audience: business, conduct: {displays: []}}
"""
LICENSES = ("apache-2.0", "mit", "qwen", "llama-3.1", "gemma-2025-03-24", "CC-BY-NC-4.0", "cc-by-4.0", "llama-4", "GPL-3.0")


def sixty_nodes() -> str:
    """A scenario of thirty inputs, twenty-eight steps and two releases, with several things in the way."""
    inputs = "\n".join(f"  - {{id: i{number}, license: {LICENSES[number % len(LICENSES)]}}}" for number in range(30))
    steps = ["  - {id: s0, action: fine_tune, from: [i0, i1]}"]
    steps += [f"  - {{id: s{number}, action: {('fine_tune', 'merge', 'train_on_outputs')[number % 3]}, from: [s{number - 1}, i{number + 1}]}}" for number in range(1, 28)]
    return f"""title: sixty nodes
as_of: "2025-12-10"
actor: {{name: Meta, home: US, monthly_active_users: 3000000000}}
inputs:
{inputs}
  - {{id: i30, license: qwen}}
steps:
{chr(10).join(steps)}
releases:
  - {{id: api, of: s27, form: hosted_api, name: A, commercial: true, regions: [US]}}
  - {{id: weights, of: s9, form: weights_public, name: B, commercial: true, regions: [US], license: Apache-2.0}}
"""


def test_base_one_study_of_eight_unknown(benchmark: Any, library: Library) -> None:
    """The base of the ratio: every world of V04 with eight facts unknown, without sensitivity and ways out."""
    scenario = parse_scenario(EIGHT_UNKNOWN, library)
    benchmark(study, library.book(), scenario)


def test_eight_unknown(benchmark: Any, library: Library) -> None:
    """Sensitivity and ways out of V04 with eight facts unknown."""
    entry = benchmark(check_text, EIGHT_UNKNOWN, "v04.yaml", library, as_of="2025-12-10")
    benchmark.extra_info["questions"] = len(entry["questions"])


def test_sixty_nodes(benchmark: Any, library: Library) -> None:
    """Sensitivity and ways out of sixty nodes."""
    entry = benchmark(check_text, sixty_nodes(), "sixty.yaml", library, as_of="2025-12-10")
    benchmark.extra_info["search"] = str(entry["repair_search"])


def test_outbound(benchmark: Any, library: Library) -> None:
    """Every license tried as the label of published weights."""
    text = next(ROOT.glob("seeds/v07-*.yaml")).read_text()
    benchmark(find_text, text, "v07.yaml", library, as_of="2025-12-10")
