"""The model in the asset is the model as people wrote it, its order included: of categories that
both match, the first declared is the one.
"""

import json
from pathlib import Path

import pytest

from functions.scoring.facts import Fact
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_facts
from infra import asset as asset_module
from infra.asset import build_asset
from modelling.compile import compile_model_file

FIRST, SECOND = '{any: ["zarząd"]}', '{any: ["prezes*"]}'
MODEL = """
model: Order
bands: {{hot: above 70, cold: below 30}}
groups: {{web: {{cap: 10}}, doubts: {{floor: -10}}}}
fields:
  job_title: {{type: text}}
  seniority:
    read_from: job_title
    words:
      {words}
fit:
  - {{rule: board, when: {{seniority: z_board}}, points: 20}}
  - {{rule: chief, when: {{seniority: a_chief}}, points: 5}}
engagement:
  - {{rule: page, activity: page_viewed, points: 1, lasts: 1 day, group: web}}
  - {{rule: click, activity: email_clicked, points: -1, lasts: 1 day, group: doubts}}
forms:
  contact: {{thanks: https://www.example.com/thanks}}
alerts: {{cooldown: 7 days, language: en, time_zone: Europe/Warsaw}}
"""


def model_file(folder: Path, *words: str) -> Path:
    file = folder / "model.yaml"
    file.write_text(MODEL.format(words="\n      ".join(words)), encoding="utf-8")
    return file


@pytest.fixture
def document(tmp_path: Path) -> Path:
    return model_file(tmp_path, f"z_board: {FIRST}", f"a_chief: {SECOND}")


def test_the_first_declared_category_is_the_one_in_the_asset_too(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asset_module, "ASSETS", tmp_path / "assets")
    folder, compiled = build_asset(document, retention_days=400)
    deployed = json.loads((folder / "scoring-model.json").read_text(encoding="utf-8"))
    answers = {"job_title": "Prezes, zarząd"}
    both = [Fact("anna", 0, "s1", "form_submitted", answers=answers)]
    assert [score_facts(RuleBook(model), both, at=1).total for model in (compiled, deployed)] == [
        20,
        20,
    ]
    assert list(deployed["groups"]) == ["web", "doubts"]


def test_another_order_of_categories_is_another_version(document: Path, tmp_path: Path) -> None:
    version = compile_model_file(document)["version"]
    swapped = model_file(tmp_path, f"a_chief: {SECOND}", f"z_board: {FIRST}")
    assert compile_model_file(swapped)["version"] != version
