"""A canary through a small service: what was not used or not there is undecided, what stays is broken, and a kill is cleared up."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from tests.integration.servers import MariaDB
from zusage.bootstrap import opened
from zusage.bootstrap.canary import bird
from zusage.bootstrap.canary.flight import Flown, fly
from zusage.bootstrap.product import Product, now
from zusage.sealing import SigningKey

from .canary_service import MEMBER, Book, served


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Book, Path]]:
    folder = tmp_path_factory.mktemp("canary_flight")
    with served(folder, f"sqlite:///{folder}/book.db") as (book, environment), pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield book, folder


def flown(folder: Path, text: str | None = None, later: timedelta = timedelta(), key: SigningKey | None = None) -> Flown:
    manifest = folder / "zusage.yaml"
    if text is not None:
        manifest = folder / "other.yaml"
        manifest.write_text(text)
    with opened(manifest, folder / "own", clock=lambda: now() + later) as product:
        return fly(product, key=key)


def judged(run: Flown, verdict: str) -> dict[str, str]:
    return {one.promise.id: one.judgement.reason for one in run.landed if one.judgement.verdict.value == verdict}


def all_kept(run: Flown) -> bool:
    assert {one.promise.id: one.judgement.reason for one in run.landed if one.judgement.verdict.value != "kept"} == {}
    return bool(run.landed)


def changed(folder: Path, *pairs: tuple[str, str]) -> str:
    text = (folder / "zusage.yaml").read_text()
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_what_is_used_and_was_there_is_kept(place: tuple[Book, Path]) -> None:
    book, folder = place
    run = flown(folder)
    assert all_kept(run)
    assert "all 3 tables" in judged(run, "kept")["canary/used"]
    assert book.rows() == {"member": [], "entry": [], "liked": []}


def test_what_was_not_used_or_did_not_come_is_undecided_and_what_stays_is_broken(place: tuple[Book, Path], monkeypatch) -> None:
    book, folder = place
    text = changed(folder, ("    - {post: /like}\n", ""), ("folder: [email, document]", "folder: [email, document, note]"))
    run = flown(folder, text)
    undecided = judged(run, "undecided")
    assert undecided.keys() == {"canary/used", "canary/folder/erased"}
    assert "book.liked" in undecided["canary/used"]
    assert "note" in undecided["canary/folder/erased"]
    assert judged(run, "broken") == {}
    monkeypatch.setattr(book, "forget", lambda path: None)
    run = flown(folder, text)
    assert judged(run, "broken").keys() == {"canary/folder/erased"}
    (left,) = (book.folder / "files").iterdir()
    left.unlink()


def test_where_nobody_is_known_by_an_address_it_is_undecided_whether_all_was_used(place: tuple[Book, Path]) -> None:
    _, folder = place
    assert judged(flown(folder, changed(folder, ("known_by: [book.member.email], ", ""))), "undecided").keys() == {"canary/used"}


def _die(child: Callable[[], None]) -> None:
    """In a process of its own, which must be killed there."""
    running = multiprocessing.get_context("fork").Process(target=child)
    running.start()
    running.join(60)
    if (ended := running.exitcode) is None:
        running.kill()
    assert ended == -signal.SIGKILL, f"after a minute {ended}"


def _killed(folder: Path, moment: int) -> None:
    """Fly in a process of its own that is gone before the request of this number, counted from the hatching, goes out, or after it."""

    def child() -> None:
        hatched, send, sent = bird.hatched, httpx.Client.send, [-1]

        def count(*arguments: object, **more: object) -> object:
            sent[0] = 0
            return hatched(*arguments, **more)  # type: ignore[arg-type]

        def until(*arguments: object, **more: object) -> object:
            if sent[0] >= 0:
                sent[0] += 1
            if sent[0] * 2 == moment + 1:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = send(*arguments, **more)  # type: ignore[arg-type]
            if sent[0] * 2 == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        import zusage.bootstrap.canary.flight as canary

        canary.hatched, httpx.Client.send = count, until  # type: ignore[assignment, method-assign]
        with suppress(BaseException):
            flown(folder)
        os._exit(3)

    _die(child)


@pytest.mark.parametrize("moment", [2, 4, 8, 11, 14, 18])
def test_a_flight_that_is_killed_at_any_step_is_cleared_up_by_the_next(place: tuple[Book, Path], moment: int) -> None:
    book, folder = place
    (on_file := folder / "own" / "canaries").mkdir(parents=True, exist_ok=True)
    before = set(on_file.iterdir())
    _killed(folder, moment)
    assert len(set(on_file.iterdir()) - before) == 1
    assert all_kept(flown(folder))
    assert book.rows() == {"member": [], "entry": [], "liked": []}
    assert [path.name for name in ("files", "spool") for path in (book.folder / name).iterdir()] == ["README"]


def asking(folder: Path, key: SigningKey) -> str:
    """The manifest of a service without a form for erasure; files, which a demand does not reach, are left out."""
    systems = 'guard: {share: 1.0, approvers: ["' + key.verifier.encode() + '"]}\nsystems:'
    return changed(
        folder,
        ("erase: [{post: /leave}]", "erase: [{post: /unmail}, {asks: member}]"),
        ("systems:", systems),
        ('    - {post: /file, attach: {file: "{document}"}}\n', ""),
        (", {get: /file}", ""),
        ("folder: [email, document]", "folder: [email]"),
    )


@pytest.mark.parametrize("moment", ["approve_plan", "half", "applied"])
def test_a_kill_while_the_controller_erases_is_cleared_up_by_the_next(
    place: tuple[Book, Path], tmp_path: Path, moment: str
) -> None:
    book, folder = place
    key = SigningKey.generate(tmp_path / "second.key", "second")
    text = asking(folder, key)

    def child() -> None:
        apply = Product.apply_plan

        def die(*_: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        def applied(product: Product, path: Path, watch: object) -> object:
            done = apply(product, path, die if moment == "half" else lambda _: None)
            die()
            return done

        name = "approve_plan" if moment == "approve_plan" else "apply_plan"
        setattr(Product, name, die if moment == "approve_plan" else applied)
        with suppress(BaseException):
            flown(folder, text, key=key)
        os._exit(3)

    _die(child)
    others = reuse(book) if moment == "applied" else {"member": [], "entry": [], "liked": []}
    run = flown(folder, text, key=key)
    assert all_kept(run)
    assert book.rows() == others
    assert [path.name for path in (folder / "own" / "erasures").iterdir()] == []
    with opened(folder / "other.yaml", folder / "own") as product:
        assert product.state.journal.unfinished() == ()
    with book.engine.begin() as connection:
        connection.execute(sa.delete(MEMBER))


def test_whoever_is_given_the_canarys_key_between_two_plans_is_untouched(
    place: tuple[Book, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, folder = place
    key, apply, plans = SigningKey.generate(tmp_path / "second.key", "second"), Product.apply_plan, list[Path]()

    def applied(product: Product, path: Path, watch: object) -> object:
        done = apply(product, path, lambda _: None)
        plans.append(path)
        if len(plans) == 1:
            assert book.rows()["member"] == [], "the record is gone with the first plan"
            reuse(book)
        return done

    monkeypatch.setattr(Product, "apply_plan", applied)
    run = flown(folder, asking(folder, key), key=key)
    assert [row.email for row in book.rows()["member"]] == ["anna@example.org"]  # type: ignore[attr-defined]
    assert (len(plans), all_kept(run)) == (1, True)
    with book.engine.begin() as connection:
        connection.execute(sa.delete(MEMBER))


def reuse(book: Book) -> dict[str, list[object]]:
    """Somebody real is given the key that the canary had."""
    with book.engine.begin() as connection:
        connection.execute(sa.insert(MEMBER).values(id=1, email="anna@example.org", name="Anna"))
    return book.rows()


def test_somebody_else_is_untouched(place: tuple[Book, Path]) -> None:
    book, folder = place
    with book.engine.begin() as connection:
        connection.execute(sa.insert(MEMBER).values(email="anna@example.org", name="Anna"))
    before = book.rows()
    flown(folder)
    assert book.rows() == before


def test_mariadb_is_searched_and_what_lies_in_its_files_for_too_long_breaks_it(
    mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, data = mariadb_server.database("canary_book"), mariadb_server.home / "data"
    mariadb_server.run(
        "CREATE OR REPLACE USER canary_looks@'127.0.0.1' IDENTIFIED BY 'least-rights'",
        "GRANT SELECT ON canary_book.* TO canary_looks@'127.0.0.1'",
    )
    with served(tmp_path, url, mariadb_server.url("canary_book", "canary_looks", "least-rights")) as (book, environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        text = (tmp_path / "zusage.yaml").read_text()
        text += f'  physical: {{database: ["{data}/canary_book", "{data}/ib_logfile0"]}}\n'
        with book.engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE audit (what LONGBLOB, said JSON, at DATETIME)"))
        run = flown(tmp_path, text)
        assert all_kept(run)
        assert {trace.place for trace in run.flight.before["book"].traces} == {"member.email", "member.name", "entry.text"}
        assert run.flight.pages["database"].within  # freed, and not overwritten yet
        with book.engine.begin() as connection:
            copy = "INSERT INTO audit VALUES (old.email, JSON_OBJECT('was', UPPER(old.name)), NOW())"
            connection.execute(sa.text(f"CREATE TRIGGER copy BEFORE DELETE ON member FOR EACH ROW {copy}"))
        run = flown(tmp_path, text, timedelta(days=31))
    assert judged(run, "broken").keys() == {"canary/book/erased", "canary/database/overwritten"}
    assert {trace.place for trace in run.flight.left} == {"audit.what", "audit.said"}
