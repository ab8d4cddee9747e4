"""What people and clerks get wrong, by the command line: clear, resumable, nothing lost, nothing leaked."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.killing_calls import killed_at_line
from zusage.bootstrap import opened
from zusage.bootstrap.cases.requests import happen, letter, receive
from zusage.bootstrap.rights.answering import Asked, access, portability
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.planning.holding import Person
from zusage.rights.case import CaseRefused, Kind
from zusage.sealing import SigningKey

from .asking_world import Asking

#: what leads a case as far as it can go, in order
WAY = ("received", "identified", "granted", "approved", "signed", "killed")


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking.make(tmp_path)


def erasure(asking: Asking, until: str, key: str = "3") -> Path:
    """A case of erasure, led as far as a word of WAY; its plan lies in a file from "signed" on."""
    path, far = asking.folder / "erasure.json", WAY.index(until)
    kinds: tuple[tuple[Kind, str, str], ...] = (
        ("identity shown", "clerk-1", "login"),
        ("granted", "clerk-1", ""),
        ("approved", "clerk-2", ""),
    )
    with opened(asking.folder / "zusage.yaml") as product:
        id = receive(product, "erasure", "clerk-1", {"person": f"customer={key}"}).case.id
        for kind, by, detail in kinds[:far]:
            happen(product, id, kind, by, detail=detail)
        if far >= WAY.index("signed"):
            wish = Wish(people=[Person(people="customer", key=key)], ground="b", by="clerk-1", needed={})
            product.save_plan(plan(product, wish).plan, path)
            product.approve_plan(path, SigningKey.load(asking.folder / "second.key"))
    if until == "killed":
        _killed_half_way(asking, path)
    return path


def _killed_half_way(asking: Asking, path: Path) -> None:
    """The process dies when the first of three steps is done."""
    assert killed_at_line(lambda: opened(asking.folder / "zusage.yaml"), path, 5, after=False)
    assert 0 < asking.theirs(3) < 4


# -- unknown person ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "person find | customer={}",
        "person find | --address customer={}",
        "person portability | customer={} --to {folder}/answer",
    ],
)
def test_nobody_learns_from_an_answer_whether_a_key_or_an_address_is_known(asking: Asking, words: str) -> None:
    known = "some3@mail.example" if "--address" in words else "3"
    code, said = asking.run(words.format(known, folder=asking.folder / "known"))
    assert code == 0
    assert "shop.customer" in said
    unknown = [asking.run(words.format(given, folder=asking.folder)) for given in ("999", "x", "nobody@mail.example", "9" * 40)]
    assert {code for code, _ in unknown} == {3}
    assert len({said for _, said in unknown}) == 1
    assert not (asking.folder / "answer").exists()


def test_letters_of_a_case_are_the_same_for_somebody_who_is_known_and_somebody_who_is_not(asking: Asking) -> None:
    for key in ("3", "999"):
        assert asking.run(f"case open | --right access --by clerk-1 --person customer={key}")[0] == 0
    said = []
    for case in ("C-0001", "C-0002"):
        told = []
        for words in ("acknowledge | {}", "ask-identity | {}", "refuse | {} --words No."):
            told.append(asking.run(f"case {words.format(case)} --by clerk-1"))
            told.append(asking.run(f"case letter | {case}"))
        said.append([(code, text.replace(case, "CASE")) for code, text in told])
    assert said[0] == said[1]
    assert all(code == 0 for code, _ in said[0])
    assert "999" not in str(said)


def test_the_erasure_of_somebody_unknown_plans_nothing_keeps_no_key_and_can_be_told(asking: Asking) -> None:
    before, path = asking.rows(), erasure(asking, "approved", "999").with_name("none.json")
    code, said = asking.run(f"erasure plan | customer=999 --ground b --by clerk-1 -o {path}")
    assert code == 2
    assert "999" not in said
    assert not list((asking.folder / ".zusage").glob("erasures/*"))
    code, said = asking.run("case done | C-0001 --by clerk-1")
    assert (code, "mistyped" in said, "999" in said) == (3, True, False)
    code, said = asking.run("case done | C-0001 --by clerk-1 --words Compared.")
    assert code == 0, said
    assert asking.rows() == before


# -- two people with one address ---------------------------------------------------------------------------------


def test_an_address_of_two_people_leads_to_neither_and_neither_gets_what_only_it_leads_to(asking: Asking) -> None:
    code, said = asking.run("person find | --address customer=some4@mail.example")
    assert (code, "2 people" in said) == (3, True)
    texts = {}
    for key in ("3", "4", "5"):
        code, said = asking.run(f"person find | customer={key} --include post.mail.sender")
        assert (code, "somebody else has the address too" in said) == (0, key != "3")
        with opened(asking.folder / "zusage.yaml") as product:
            asked = Asked(people="customer", given=key, include=frozenset({"post.mail.sender"}))
            made = access(product, asked, "en", paper=False).files
            taken = portability(product, asked, "en").files
        texts[key] = "".join(str(text) for text in (*made.values(), *taken.values()))
    assert "body of 3" in texts["3"]
    assert all(
        "“Mailbox”" in text and "Art. 11" in text for text in (texts["4"], texts["5"])
    )  # what nobody can tell to be theirs
    assert "Art. 11(1), (2)" not in texts["3"]
    assert not [key for key in ("4", "5") if re.search(r"body of [^3]", texts[key])]
    assert "what of 4" in texts["4"]
    assert "of 5" not in texts["4"]
    assert "of 4" not in texts["5"]


def test_an_address_alone_erases_nothing_and_the_other_of_two_keeps_everything(asking: Asking) -> None:
    before = asking.rows()
    assert asking.run(f"apply | {erasure(asking, 'signed', '4')}")[0] == 0
    after = asking.rows()
    assert asking.theirs(4) == 0
    assert after["mail"] == before["mail"]
    assert {table: [row for row in rows if row not in after[table]] for table, rows in before.items()} == {
        "customer": [row for row in before["customer"] if row[0] == 4],
        "purchase": [row for row in before["purchase"] if row[1] == 4],
        "account": [row for row in before["account"] if row[1] == 4],
        "mail": [],
    }


# -- a case withdrawn half-way -----------------------------------------------------------------------------------


@pytest.mark.parametrize("until", WAY)
def test_a_case_that_is_withdrawn_on_its_way_erases_nothing_more(asking: Asking, until: str) -> None:
    path = erasure(asking, until)
    before = asking.rows()
    assert asking.run("case withdraw | C-0001 --by clerk-1")[0] == 0
    if until not in ("signed", "killed"):
        code, said = asking.run(f"erasure plan | customer=3 --ground b --by clerk-1 -o {path}")
        assert (code, "withdrawn in case C-0001" in said) == (3, True)
        assert not path.exists()
    else:
        for _ in range(2):
            code, said = asking.run(f"apply | {path}")
            assert (code, "withdrawn in case C-0001" in said) == (3, True)
        said = asking.run(f"erasure answer | {path} --letter en")[1]
        assert "Not erased yet" not in said
        assert "What had not been erased by then stays" in said
        assert ("1 entry erased" in said) is (until == "killed")
    assert asking.rows() == before
    assert asking.run("case done | C-0001 --by clerk-1")[0] == 3
    assert asking.run("case close | C-0001 --by clerk-1")[0] == 0
    assert not list((asking.folder / ".zusage").glob("erasures/*"))
    assert "no case is open" in asking.run("case list")[1]
    told = json.loads(asking.run("notices list | --json --all")[1])
    assert [one["recipient"] for one in told] == (["carrier"] if until == "killed" else [])  # of what went they learn
    assert "interrupted" not in asking.run("status")[1]


def test_who_asks_again_after_a_withdrawal_is_erased_by_a_new_case(asking: Asking) -> None:
    erasure(asking, "killed")
    assert asking.run("case withdraw | C-0001 --by clerk-1")[0] == 0
    path = erasure(asking, "signed")
    assert asking.run(f"apply | {path}")[0] == 0
    assert asking.run(f"case done | C-0002 --by clerk-1 --plan {path}")[0] == 0
    assert asking.theirs(3) == 0


def test_one_of_many_who_withdraws_stops_the_plan_for_all_until_it_is_made_without_them(asking: Asking) -> None:
    erasure(asking, "approved")
    path, keys, before = asking.folder / "many.json", asking.folder / "keys.txt", asking.rows()
    for given, wanted in (("2\n3\n6\n", 3), ("2\n6\n", 0)):
        keys.write_text(given)
        if wanted:
            assert asking.run(f"erasure plan | customer=@{keys} --ground b --by clerk-1 -o {path}")[0] == 0
            assert asking.run("case withdraw | C-0001 --by clerk-1")[0] == 0
        else:
            assert asking.run(f"erasure plan | customer=@{keys} --ground b --by clerk-1 -o {path}")[0] == 0
        assert asking.run(f"approve | {path} --key {asking.folder / 'second.key'}")[0] == 0
        assert asking.run(f"apply | {path}")[0] == wanted
        assert (asking.rows() == before) is bool(wanted)
    assert [asking.theirs(n) for n in (2, 3, 6)] == [0, 4, 0]


@pytest.mark.parametrize("until", ["received", "refused"])
def test_a_plan_is_not_carried_out_before_its_case_is_decided_nor_after_it_was_refused(asking: Asking, until: str) -> None:
    path, before = asking.folder / "erasure.json", asking.rows()
    erasure(asking, "identified")
    assert asking.run(f"erasure plan | customer=3 --ground b --by clerk-1 -o {path}")[0] == 0
    assert asking.run(f"approve | {path} --key {asking.folder / 'second.key'}")[0] == 0
    if until == "refused":
        assert asking.run("case refuse | C-0001 --by clerk-1 --words claims")[0] == 0
    code, said = asking.run(f"apply | {path}")
    assert (code, "C-0001" in said) == (3, True)
    assert asking.rows() == before


# -- a system down for a day -------------------------------------------------------------------------------------


def test_while_a_system_is_down_nothing_is_answered_erased_or_told_as_done_and_then_all_goes_on(asking: Asking) -> None:
    path, to = erasure(asking, "signed"), asking.folder / "answer"
    assert asking.run("case open | --right access --by clerk-1 --person customer=2")[0] == 0
    before = asking.rows()
    asking.down("post")
    for words in (
        "person find | customer=2",
        f"person access | customer=2 --to {to}",
        "person find | --address customer=some2@mail.example",
        f"erasure plan | customer=2 --ground b --by clerk-1 -o {asking.folder / 'other.json'}",
        f"apply | {path}",
        f"erasure answer | {path}",
        f"erasure answer | {path} --letter de",
        f"case done | C-0001 --by clerk-1 --plan {path}",
        "restriction place | customer=2 --ground a --by clerk-1",
    ):
        code, said = asking.run(words)
        assert (code, "system 'post'" in said) == (2, True), words
        assert "of 2" not in said
        assert "nothing of theirs is left" not in said
    assert not to.exists()
    code, said = asking.run("case answer | C-0001 --by clerk-1 --way post --words gone")
    assert (code, "rule 6" in said) == (3, True)
    for words in ("case list", "case show | C-0001", "case extend | C-0002 --by clerk-1 --words slow", "notices list"):
        assert asking.run(words)[0] == 0, words  # cases and their clock need no system
    asking.up("post")
    assert asking.rows() == before
    assert asking.run("person find | customer=2")[0] == 0
    assert asking.run(f"apply | {path}")[0] == 0
    assert asking.run(f"case done | C-0001 --by clerk-1 --plan {path}")[0] == 0
    assert asking.theirs(3) == 0


def test_a_system_that_fails_in_the_middle_is_named_and_the_same_command_takes_up_what_is_left(asking: Asking) -> None:
    path, shop = erasure(asking, "signed"), asking.folder / "shop.sqlite3"
    whole = shop.read_bytes()
    with opened(asking.folder / "zusage.yaml") as product:
        results = product.apply_plan(path, lambda _: shop.write_bytes(b"\0" * len(whole)))
    assert [bool(one.stopped) for one in results] == [False, True]
    assert "'shop'" in results[1].stopped
    shop.write_bytes(whole)
    code, said = asking.run(f"erasure answer | {path}")
    assert code == 2
    assert "still there" in said
    assert asking.run(f"case done | C-0001 --by clerk-1 --plan {path}")[0] == 3
    assert asking.run(f"apply | {path}")[0] == 0
    assert asking.run(f"case done | C-0001 --by clerk-1 --plan {path}")[0] == 0
    assert (asking.theirs(3), asking.theirs(4)) == (0, 4)
    assert "carrier" in asking.run("notices list")[1]


# -- a manifest changed between request and execution ------------------------------------------------------------


def test_a_changed_manifest_makes_the_plan_stale_and_the_case_goes_on_with_a_new_one(asking: Asking) -> None:
    path, left = erasure(asking, "killed"), asking.theirs(3)
    due = json.loads(asking.run("case show | C-0001 --json")[1])["answer_by"]
    asking.rewrite("name: accounts, data: post.account, at_most: P9Y", "name: accounts, data: post.account, at_most: P5Y")
    code, said = asking.run(f"apply | {path}")
    assert code == 3
    assert "the manifest has changed" in said
    assert "activities." in said.replace("\n", "")
    assert "zusage erasure plan" in said
    assert asking.theirs(3) == left
    code, said = asking.run(f"case done | C-0001 --by clerk-1 --plan {path}")
    assert (code, "left in reach" in said) == (3, True)
    for words in (
        f"erasure plan | customer=3 --ground b --by clerk-1 -o {path}",
        f"approve | {path} --key {asking.folder / 'second.key'}",
        f"apply | {path}",
        f"case done | C-0001 --by clerk-1 --plan {path}",
    ):
        assert asking.run(words)[0] == 0, words
    assert asking.theirs(3) == 0
    assert json.loads(asking.run("case show | C-0001 --json")[1])["answer_by"] == due
    assert [one["recipient"] for one in json.loads(asking.run("notices list | --json")[1])] == ["carrier"]


def test_a_changed_manifest_moves_no_day_that_the_person_was_told(asking: Asking) -> None:
    start = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)

    def at(days: int):  # type: ignore[no-untyped-def]
        return opened(asking.folder / "zusage.yaml", clock=lambda: start + timedelta(days=days))

    with at(0) as product:
        id = receive(product, "access", "clerk-1", {"words": "please"}).case.id
        happen(product, id, "identity asked", "clerk-1")
        before = letter(product, id, "en")
    assert "19 March 2026" in "".join(before)
    asking.rewrite("identity_within: P14D", "identity_within: P3D")
    with at(10) as product:
        assert letter(product, id, "en") == before
        found = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
        assert found["requests/answered-in-time"] == "kept"
    for days, verdict in ((46, "kept"), (47, "broken")):  # as if nobody had changed it
        with at(days) as product:
            found = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
        assert found["requests/answered-in-time"] == verdict


def test_somebody_of_a_kind_that_the_manifest_no_longer_has_stops_nothing_of_their_case_but_its_execution(asking: Asking) -> None:
    path = erasure(asking, "signed")
    asking.rewrite("people: {customer:", "people: {client:")
    asking.rewrite("of: customer via customer_id, classes: {one: [alias", "of: client via customer_id, classes: {one: [alias")
    asking.rewrite("of: customer via customer_id, classes: {one: [what", "of: client via customer_id, classes: {one: [what")
    code, said = asking.run(f"case done | C-0001 --by clerk-1 --plan {path}")
    assert code == 3
    assert "no such kind of people" in said
    assert asking.run(f"apply | {path}")[0] == 3
    for words in ("case extend | C-0001 --by clerk-1 --words slow", "case withdraw | C-0001 --by clerk-1"):
        assert asking.run(words)[0] == 0, words
    assert asking.run("case close | C-0001 --by clerk-1")[0] == 0
    assert asking.theirs(3) == 4


def test_a_case_about_a_kind_of_people_that_nobody_knows_is_a_typing_mistake(asking: Asking) -> None:
    with opened(asking.folder / "zusage.yaml") as product:
        assert receive(product, "access", "clerk", {"person": "customer=1"}).case.id == "C-0001"
        with pytest.raises(CaseRefused, match="no such kind of people"):
            receive(product, "access", "clerk", {"person": "costumer=1"})
        assert len(product.state.cases.all()) == 1
