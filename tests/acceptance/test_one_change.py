"""One period changes: its sentence, its step and its verdict change together, and nothing else does."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from zusage.bootstrap import Product, opened
from zusage.documents import sentence
from zusage.planning.plan import Plan
from zusage.promises.derive import promises_of
from zusage.sealing import SigningKey

EXAMPLES = Path(__file__).parents[2] / "examples"
CHANGED = "comparison/proof/at-most"
RULE = """      - name: proof
        at_most: P3Y"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    from plate_shop.generate import generate

    for name in ("shop", "mailbox"):
        monkeypatch.setenv(f"{name.upper()}_DATABASE_URL", f"sqlite:///{tmp_path}/{name}.sqlite3")
    generate(
        f"sqlite:///{tmp_path}/shop.sqlite3",
        f"sqlite:///{tmp_path}/mailbox.sqlite3",
        customers=150,
        years=12,
        now=datetime.now(),
        seed=3,
    )
    key = SigningKey.generate(tmp_path / "second.key", "second-person")
    guard = f'guard: {{approvers: ["{key.verifier.encode()}"]}}\n'
    published = (EXAMPLES / "plate_shop" / "zusage.yaml").read_text()
    assert published.count(RULE) == 1
    for name, text in (("before", published), ("after", published.replace(RULE, RULE.replace("P3Y", "P2Y")))):
        (tmp_path / f"{name}-shop.yaml").write_text(text)
        (tmp_path / f"{name}.yaml").write_text(f"import: [{name}-shop.yaml, guard.yaml]\n")
    (tmp_path / "guard.yaml").write_text(guard)
    return tmp_path


def sentences(product: Product) -> dict[str, tuple[str, str]]:
    manifest = product.loaded.manifest
    return {p.id: (sentence(p, manifest, "de"), sentence(p, manifest, "en")) for p in promises_of(manifest)}


def steps(plan: Plan) -> dict[str, int]:
    return {step.promise: step.rows for step in plan.steps}


def verdicts(product: Product) -> dict[str, str]:
    return {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}


def different(one: dict[str, object], other: dict[str, object]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def test_a_shorter_period_changes_its_sentence_its_step_and_its_verdict_and_nothing_else(shop: Path) -> None:
    with opened(shop / "before.yaml", shop / "own") as product:
        said, planned = sentences(product), product.make_plan()
        product.verify()
        product.save_plan(planned, shop / "plan.json")
        product.approve_plan(shop / "plan.json", SigningKey.load(shop / "second.key"))
        assert not [result for result in product.apply_plan(shop / "plan.json", lambda _: None) if result.stopped]
        seen, left = verdicts(product), product.make_plan()
    assert "broken" not in seen.values()
    assert left.steps == ()
    with opened(shop / "after.yaml", shop / "own") as product:
        assert different(dict(said), dict(sentences(product))) == {CHANGED}
        assert set(steps(product.make_plan())) == {CHANGED}
        now = verdicts(product)
    assert different(dict(seen), dict(now)) == {CHANGED}
    assert now[CHANGED] == "broken"


def test_both_languages_of_the_changed_sentence_name_the_new_period(shop: Path) -> None:
    with opened(shop / "after.yaml", shop / "own") as product:
        german, english = sentences(product)[CHANGED]
    assert "zwei Jahre" in german
    assert "two years" in english
