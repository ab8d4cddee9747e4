"""Cases that end in another way than by doing what was asked: restricted instead, kept for a reason, or a complaint by way of the authority."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from zusage.bootstrap import opened
from zusage.bootstrap.cases.requests import happen, receive
from zusage.bootstrap.cases.stepping import step
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.planning.holding import Person
from zusage.rights.case import CaseRefused
from zusage.sealing import SigningKey

from .asking_world import Asking

INSTEAD = ("--instead", "1", "--demanded", "b", "--second", "clerk-2", "--reasons", "on paper in three cellars")


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    """With a case of erasure that is granted and approved."""
    made = Asking.make(tmp_path)
    with opened(made.folder / "zusage.yaml") as product:
        id = receive(product, "erasure", "clerk-1", {"person": "customer=3"}).case.id
        for kind, by, detail in (("identity shown", "clerk-1", "login"), ("granted", "clerk-1", ""), ("approved", "clerk-2", "")):
            happen(product, id, kind, by, detail=detail)  # type: ignore[arg-type]
    return made


def erase(asking: Asking, **needed: str) -> Path:
    path = asking.folder / "erasure.json"
    with opened(asking.folder / "zusage.yaml") as product:
        wish = Wish(people=[Person(people="customer", key="3")], ground="b", by="clerk-1", needed=needed)
        product.save_plan(plan(product, wish).plan, path)
        product.approve_plan(path, SigningKey.load(asking.folder / "second.key"))
    return path


def test_an_erasure_ends_as_a_restriction_with_its_reasons_where_section_35_allows_it(asking: Asking) -> None:
    done = "case done | C-0001 --by clerk-1 --restriction R-0001"
    assert asking.run(done)[0] == 3  # there is none
    assert asking.run("restriction place | customer=4 --ground b --by clerk-1", *INSTEAD)[0] == 0
    code, said = asking.run(done)
    assert (code, "not in force for this person" in said) == (3, True)
    assert asking.run("restriction place | customer=3 --ground b --by clerk-1", *INSTEAD)[0] == 0
    assert asking.theirs(3) == 0
    assert asking.run(done.replace("R-0001", "R-0002"))[0] == 0
    texts = {language: asking.run(f"case letter | C-0001 --language {language}")[1] for language in ("de", "en")}
    assert "§ 35" in texts["de"]
    assert "on paper in three cellars" in texts["en"]
    assert "Berlin" in texts["en"]
    assert "restricted instead R-0002" in asking.run("case show | C-0001")[1]
    assert asking.run("case answer | C-0001 --by clerk-1 --way post --words restricted")[0] == 0


def test_a_restriction_for_another_reason_or_of_a_part_does_not_end_an_erasure_and_the_rest_goes_by_a_plan(
    asking: Asking,
) -> None:
    place = "restriction place | customer=3 --ground b --by clerk-1"
    assert asking.run(f"{place} --table post.account")[0] == 0
    code, said = asking.run("case done | C-0001 --by clerk-1 --restriction R-0001")
    assert (code, "does not stand in the place" in said) == (3, True)
    assert asking.run("restriction told | R-0001 --by clerk-1 --how letter")[0] == 0
    assert asking.run("restriction lift | R-0001 --by clerk-1")[0] == 0
    assert asking.theirs(3) == 4
    assert asking.run(f"{place} --table post.account", *INSTEAD)[0] == 0
    done = "case done | C-0001 --by clerk-1 --restriction R-0002"
    code, said = asking.run(done)
    assert (code, "not about everything" in said) == (3, True)
    path = erase(asking)
    assert asking.run(f"{done} --plan {path}")[0] == 3  # nobody has carried it out
    assert asking.run(f"apply | {path}")[0] == 0
    code, said = asking.run(f"{done} --plan {path}")
    assert code == 0, said


def test_what_is_needed_still_stays_with_a_reason_and_only_when_nothing_more_can_go(asking: Asking) -> None:
    done = "case done | C-0001 --by clerk-1 --plan {}"
    path = erase(asking, orders="claim 4", mailbox="claim 4")
    assert asking.run(done.format(path), "--words", "claim")[0] == 3  # it plans nothing, and is nobody's
    path = erase(asking, orders="claim 4")
    assert asking.run(done.format(path), "--words", "claim")[0] == 3  # nobody has carried it out
    assert asking.run(f"apply | {path}")[0] == 0
    code, said = asking.run(done.format(path))
    assert (code, "in words" in said) == (3, True)
    asking.sql("INSERT INTO account VALUES (77, 3, 'new', '2026-01-01 10:00:00')", "post")
    assert asking.run(done.format(path), "--words", "claim")[0] == 3  # more can go
    asking.sql("DELETE FROM account WHERE id = 77", "post")
    assert asking.run(done.format(path), "--words", "claim")[0] == 0
    assert asking.theirs(3) == 3


def test_a_complaint_by_way_of_the_authority_is_due_on_the_day_that_it_set(asking: Asking) -> None:
    manifest = asking.folder / "zusage.yaml"

    def at(month: int, day: int):  # type: ignore[no-untyped-def]
        return opened(manifest, clock=lambda: datetime(2026, month, day, 9, 0, tzinfo=UTC))

    code, said = asking.run("case open | --right access --by clerk-1 --answer-by 2026-12-01")
    assert (code, "only a complaint" in said) == (3, True)
    with at(3, 5) as product:
        found = receive(product, "complaint", "clerk-1", {"words": "45.1-7/26"}, date(2026, 3, 16))
        assert str(found.due) == "2026-03-16"
        with pytest.raises(CaseRefused, match="authority set the day"):
            happen(product, found.case.id, "extended", "clerk-1", words="slow")
        with pytest.raises(CaseRefused, match="vouches for whoever complains"):
            happen(product, "C-0001", "identity shown", "clerk-1", detail="authority")
        happen(product, found.case.id, "identity shown", "clerk-1", detail="authority")
        with pytest.raises(CaseRefused, match="no later than 2026-03-16"):
            step(product, found.case.id, "extend", "clerk-1", words="slow", answer_by=date(2026, 3, 16))
        with pytest.raises(CaseRefused, match="no supervisory authority set its day"):
            step(product, "C-0001", "extend", "clerk-1", words="slow", answer_by=date(2026, 3, 16))
    for day, verdict in ((16, "kept"), (17, "broken")):
        with at(3, day) as product:
            outcome = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
        assert outcome["requests/answered-in-time"] == verdict
    with at(3, 17) as product:
        for later in (19, 23):  # each time the authority grants a little more
            assert (
                str(step(product, found.case.id, "extend", "clerk-1", words="slow", answer_by=date(2026, 3, later)).due)
                == f"2026-03-{later}"
            )
    for day, verdict in ((23, "kept"), (24, "broken")):
        with at(3, day) as product:
            outcome = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
        assert outcome["requests/answered-in-time"] == verdict
    code, said = asking.run("case open | --right complaint --by clerk-1 --answer-by 2099-01-05 --reference 45.1-8/26")
    assert (code, "2099-01-05" in said) == (0, True)
    assert asking.run("case extend | C-0003 --by clerk-1 --answer-by 2099-02-05 --words slow")[0] == 0
    code, said = asking.run("case letter | C-0003 --language en")
    assert (code, "45.1-8/26" in said, "5 February 2099" in said, "Art. 12(3)" in said) == (0, True, True, False)


def test_what_came_in_earlier_counts_from_then_for_the_clock_and_for_the_proof(asking: Asking) -> None:
    manifest = asking.folder / "zusage.yaml"
    with opened(manifest, clock=lambda: datetime(2026, 3, 10, 9, 0, tzinfo=UTC)) as product:
        found = receive(product, "access", "clerk-1", {"words": "please"}, received_on=date(2026, 3, 2))
        assert (str(found.due), str(found.case.received.date())) == ("2026-04-02", "2026-03-02")
        today = receive(product, "access", "clerk-1", {"words": "please"}, received_on=date(2026, 3, 10)).case
        assert today.received <= today.events[0].at
        with pytest.raises(CaseRefused, match="a day to come"):
            receive(product, "access", "clerk-1", {"words": "please"}, received_on=date(2026, 3, 11))
        with pytest.raises(CaseRefused, match="the authority's day counts"):
            receive(product, "complaint", "clerk-1", {}, date(2026, 3, 16), date(2026, 3, 2))
        for case in product.state.cases.all():
            if case.id not in (found.case.id, today.id):
                happen(product, case.id, "withdrawn", "clerk-1")
    for day, verdict in ((2, "kept"), (3, "broken")):
        with opened(manifest, clock=lambda day=day: datetime(2026, 4, day, 9, 0, tzinfo=UTC)) as product:
            outcome = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
        assert outcome["requests/answered-in-time"] == verdict
    assert asking.run("case open | --right access --by clerk-1 --received 2026-03-02 --words please")[0] == 0
