"""What the writer's role may not do, or does not see, is said before a plan is carried out, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.servers import PASSWORD, MariaDB
from zusage.bootstrap import opened
from zusage.bootstrap.granting import role_statements
from zusage.cli import cli
from zusage.enforcement.refusal import LacksRights, PlanStale

_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {post: {url: "${POST_READER_URL}", writer: "${POST_WRITER_URL}", triggers: {counted: it only counts}}}
classes: {contact: {de: Kontakt, en: contact}}
guard: {share: 1.0}
activities:
  letters:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data:
      post.letter: {classes: {contact: [id, sent_on, words]}}
    keep: [{at_most: P1Y, from: sent_on, then: delete}]
"""
_TRIGGER = "CREATE OR REPLACE TRIGGER post.counted BEFORE DELETE ON post.letter FOR EACH ROW SET @gone = {}"
_WRITER = "zusage_writer@'%'"


@pytest.fixture
def server(mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MariaDB]:
    mariadb_server.database("post")
    mariadb_server.run(
        "CREATE TABLE post.letter (id INT PRIMARY KEY, sent_on DATE NOT NULL, words TEXT)",
        "CREATE TABLE post.tally (id INT PRIMARY KEY)",
        "INSERT INTO post.letter VALUES (1, '2001-01-01', 'old'), (2, CURRENT_DATE, 'new')",
        _TRIGGER.format(1),
        f"DROP USER IF EXISTS zusage_reader@'%', {_WRITER}",
    )
    (tmp_path / "zusage.yaml").write_text(_MANIFEST)
    for name in ("READER", "WRITER"):
        monkeypatch.setenv(f"POST_{name}_URL", mariadb_server.url("post", f"zusage_{name.lower()}"))
    for statement in role_statements(mariadb_server.url("post"), tmp_path / "zusage.yaml", "post"):
        mariadb_server.run(statement.replace("'…'", f"'{PASSWORD}'"))
    yield mariadb_server
    mariadb_server.run(f"DROP USER zusage_reader@'%', {_WRITER}", "DROP DATABASE post")


def _says(command: str, folder: Path) -> str:
    words = {"plan": ["plan", "-o", str(folder / "plan.json")], "check": ["check", "--live"]}[command]
    return " ".join(CliRunner().invoke(cli, [words[0], str(folder / "zusage.yaml"), *words[1:]]).output.split())


def _apply(folder: Path) -> list[tuple[int, str]]:
    with opened(folder / "zusage.yaml") as product:
        return [(step.rows, step.stopped) for step in product.apply_plan(folder / "plan.json", lambda _: None)]


def test_a_right_that_the_writer_lacks_is_said_by_plan_and_check_and_refused_by_apply(server: MariaDB, tmp_path: Path) -> None:
    for command in ("check", "plan"):
        said = _says(command, tmp_path)
        assert "lacks rights" not in said
        assert "what routines of other databases may call in turn" in said
        assert "post.letter" in said
        assert "tally make use" not in said
    server.run(f"REVOKE DELETE ON post.letter FROM {_WRITER}")
    for command in ("check", "plan"):
        assert "the writer of system 'post' lacks rights: DELETE on letter" in _says(command, tmp_path)
    with pytest.raises(LacksRights, match=r"DELETE on letter.*nothing was changed.*counted.*--grant --for"):
        _apply(tmp_path)
    assert server.run("SELECT COUNT(*) FROM post.letter") == [(2,)]
    server.run(f"GRANT DELETE ON post.letter TO {_WRITER}")
    assert _apply(tmp_path) == [(1, "")]
    assert server.run("SELECT id FROM post.letter") == [(2,)]


def test_of_what_only_one_of_both_roles_sees_the_refusal_says_what_to_do(server: MariaDB, tmp_path: Path) -> None:
    _says("plan", tmp_path)
    server.run(f"REVOKE EXECUTE ON FUNCTION zusage.catalogue FROM {_WRITER}")
    with pytest.raises(PlanStale, match=r"letter \(its triggers.*what its triggers say.*EXECUTE on zusage.catalogue") as caught:
        _apply(tmp_path)
    assert "tally" in str(caught.value), "of no table it can be told whether it has triggers"
    server.run(f"GRANT EXECUTE ON FUNCTION zusage.catalogue TO {_WRITER}")
    assert _apply(tmp_path) == [(1, "")]


def test_a_trigger_or_what_it_calls_that_says_something_else_since_the_plan_was_made_stops_it(
    server: MariaDB, tmp_path: Path
) -> None:
    _says("plan", tmp_path)
    server.run(_TRIGGER.format(2))
    with pytest.raises(PlanStale, match="schema of system 'post' has changed"):
        _apply(tmp_path)
    assert server.run("SELECT COUNT(*) FROM post.letter") == [(2,)]
    server.run(_TRIGGER.format("post.told()"), "CREATE FUNCTION post.told() RETURNS INT RETURN 1")
    _says("plan", tmp_path)
    server.run("CREATE OR REPLACE FUNCTION post.told() RETURNS INT RETURN 2")
    with pytest.raises(PlanStale, match="schema of system 'post' has changed"):
        _apply(tmp_path)
    server.run("CREATE OR REPLACE FUNCTION post.told() RETURNS INT RETURN 1")
    assert _apply(tmp_path) == [(1, "")]
