"""Two people ask for their rights in a real browser, one who is logged in and one who is not, and each gets an answer in time."""

import re
import time
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from expert_pool_office import PASSWORD, browser, office
from sqlalchemy import select

from expert_pool import schema
from expert_pool.web import asking
from zusage.bootstrap.cases.stepping import step
from zusage.bootstrap.rights.erased_letter import letter
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.evidence.answers import Answered, Put, copied, own_files, own_rows
from zusage.evidence.residue import Needles, Seeded
from zusage.evidence.residue.canary import Flight
from zusage.evidence.verdict import judge
from zusage.planning.holding import Person
from zusage.promises.derive import promises_of
from zusage.promises.period import Period
from zusage.promises.promise import CanaryFlown
from zusage.rights.roles import Taker

BEA, TOM, STAFF = "bea.marker@example.org", "tom.marker@example.org", "buero@pool.example"
DECIDER = Taker(name="decider-1", role="decider")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch, office(tmp_path_factory.mktemp("asking"), patch) as made:
        yield made


def until(found, what):
    end = time.monotonic() + 15
    while not (seen := found()):
        assert time.monotonic() < end, what
        time.sleep(0.02)
    return seen


def logged_in(page, email):
    page.goto("/anmelden")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/ich/")
    page.click(".banner button[value=essential]")
    page.goto("/ich/")


def ask_logged_in(page):
    """From the pool's own pages to the page of requests, which believes the pool's signed word."""
    logged_in(page, BEA)
    page.get_by_role("link", name="Meine Rechte wahrnehmen").click()
    page.get_by_label("Was möchten Sie?").select_option("erasure")
    page.get_by_label("Was Sie uns dazu sagen möchten").fill("Bitte alles.")
    page.get_by_role("button", name="Weiter").click()
    assert "Daten löschen (Art. 17 DSGVO)" in page.inner_text("main")
    page.get_by_role("button", name="Antrag absenden").click()
    page.wait_for_url("**/rights/")
    assert "C-0001" in page.inner_text("main")
    page.reload()  # the word is good once
    assert "Bitte melden Sie sich neu an" in page.inner_text("main")


def ask_by_mail(place, page):
    """By keyboard alone: the form, then the link that was mailed."""
    page.goto("/rights/?language=en")
    page.keyboard.press("Tab")
    page.keyboard.type("Info")
    page.keyboard.press("Tab")
    page.keyboard.type(TOM)
    page.keyboard.press("Tab")
    page.keyboard.type("What do you hold of me?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Request received").wait_for()
    (mail,) = until(lambda: place.to(TOM), "no link was mailed")
    link = re.search(r"https://pool\.example/rights/link/\S+", mail)[0]
    for _ in range(2):  # looking uses nothing up
        page.goto(link)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Confirmed").wait_for()
    assert "C-0002" in page.inner_text("main")


def erase(place, product, case, number):
    """The plan of the erasure, approved by a second key, applied, and noted; returns what the person is told."""
    path = place.pool.folder / "erasure.json"
    wish = Wish(people=[Person(people="person", key=str(number))], ground="b", by="decider-1", needed={})
    product.save_plan(plan(product, wish).plan, path)
    product.approve_plan(path, place.key)
    assert not [result.stopped for result in product.apply_plan(path, lambda _: None) if result.stopped]
    assert step(product, case, "done", DECIDER, plan=path).case.state == "carried out"
    return "\n".join(letter(product, path, answer(product, path), "de"))


def fetched(place):
    """Bea, whose record is gone, opens the mailed link; Tom fetches his copy from within his account."""
    (link,) = set(re.findall(r"https://pool\.example/rights/answer/\S+", place.to(BEA)[-1]))
    assert "gelöscht" not in place.to(BEA)[-1]
    with browser(place.pool) as fresh:
        page = fresh(locale="de-DE", viewport={"width": 320, "height": 640})
        page.goto(link)
        page.get_by_role("button", name="Antwort öffnen").click()
        page.get_by_role("heading", name="Unsere Antwort").wait_for()
        assert "Alles ist gelöscht." in page.inner_text("main")
        assert re.search("„Profil im Expertenpool“: [0-9]+ Einträge gelöscht", page.inner_text("main"))
        page.goto(link)
        assert "Dieser Link gilt nicht" in page.inner_text("main")
        page = fresh(locale="de-DE")
        logged_in(page, TOM)
        page.goto("/ich/rechte/")
        page.get_by_role("link", name="Antworten auf meine Anträge abrufen").click()
        page.get_by_role("button", name="Antworten abrufen").click()
        page.get_by_text("C-0002").wait_for()
        with page.expect_download() as download:
            page.get_by_role("button", name="Antwort öffnen").click()
        with zipfile.ZipFile(download.value.path()) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    assert {"access.pdf", "access.html", "answer.txt"} <= set(files)
    return files


def read_by_the_canarys_eyes(product, files, own):
    """Block of the copy → verdict: what was fetched is judged as a flight judges it."""
    manifest = product.loaded.manifest
    person = {"people": "person", "own": own, "own_files": own_files(manifest, own), "language": "en"}
    put = Put(
        needles=Needles.of([Seeded("email", TOM)]),
        values={"email": TOM},
        others=Needles.of([Seeded("email", BEA)]),
        there=frozenset({"email"}),
    )
    parts = copied(manifest, Answered(files=files, **person), put, product.clock().date())
    flight = Flight(seeded=frozenset(), before={}, told=None, after={}, stays={}, pages={}, parts=parts)
    every = {"path": (), "refs": (), "aspect": "delivered", "store": "", "every": Period.parse("P30D")}
    promises = {name: CanaryFlown(id=name, part=name, **every) for name in parts}
    return {name: judge(flight.seen_for(one, product.clock().date())).verdict.value for name, one in promises.items()}


def requests_judged(product):
    eyes = product.eyes()
    wanted = ("requests/answered-in-time", "requests/steps-sealed")
    found = [one for one in promises_of(product.loaded.manifest) if one.id in wanted]
    return {one.id: judge(eyes.look(one).observation).verdict.value for one in found}


def asked(place):
    """Both have asked in the browser, and were acknowledged."""
    with browser(place.pool) as fresh:
        page = fresh(locale="de-DE", viewport={"width": 320, "height": 640})
        ask_logged_in(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page = fresh(locale="en-GB")
        ask_by_mail(place, page)
        assert page.context.cookies() == []
        page.goto("/ich/rechte/")
        assert page.url.endswith("/anmelden")  # only whoever is logged in
    place.tender.wake()
    until(lambda: len(place.to(TOM)) == 2 and place.to(BEA), "nobody was acknowledged")
    assert "Art. 17 DSGVO" in place.to(BEA)[-1]
    assert "Art. 15 GDPR" in place.to(TOM)[-1]


def test_two_people_ask_are_reminded_of_decided_on_and_answered(place, monkeypatch):
    monkeypatch.setattr(asking, "time", SimpleNamespace(time=lambda: place.clock().timestamp()))
    bea, tom = place.register("Bea", BEA), place.register("Tom", TOM)
    asked(place)
    place.after = timedelta(days=27)
    place.tender.wake()
    until(lambda: len(place.to(STAFF)) == 2, "nobody was reminded")
    assert not [mail for mail in place.to(STAFF) if "arker" in mail or "hold of me" in mail]
    place.step("decider", "C-0001", "grant")
    place.step("second", "C-0001", "approve")
    place.step("decider", "C-0002", "grant")
    with place.opened() as product:
        assert "gelöscht" in erase(place, product, "C-0001", bea)
        place.step("decider", "C-0002", "done")
        place.step("decider", "C-0001", "answer", way="mailed-link", words="Alles ist gelöscht.")
        place.step("decider", "C-0002", "answer", way="login", words="Here is the copy.", language="en")
        own = own_rows(product.loaded.manifest, "person", TOM, product.reader)
        files = fetched(place)
        seen = read_by_the_canarys_eyes(product, files, own)
        assert seen == dict.fromkeys(seen, "kept")
        assert {"data", "recipients", "others", "forms", "rights"} < seen.keys()
        spoilt = {**files, "access.json": files["access.json"].replace(TOM.encode(), BEA.encode())}
        seen = read_by_the_canarys_eyes(product, spoilt, own)
        assert {name for name, verdict in seen.items() if verdict == "broken"} == {"data", "others"}
        for case in ("C-0001", "C-0002"):
            place.step("decider", case, "close")
        assert requests_judged(product) == {"requests/answered-in-time": "kept", "requests/steps-sealed": "kept"}
    kinds = [[one["kind"] for one in place.shown(case)["events"]] for case in ("C-0001", "C-0002")]
    common = ["reminded", "granted", "carried out", "answer ready", "answered", "fetched", "closed"]
    assert kinds[0] == ["received", "identity shown", "acknowledged", "reminded", "granted", "approved", *common[2:]]
    assert kinds[1] == ["received", "identity asked", "identity shown", "acknowledged", *common]
    with place.pool.running.pool.engine.connect() as connection:
        left = set(connection.scalars(select(schema.person.c.id)))
    assert (bea in left, tom in left) == (False, True)


def test_without_a_page_of_requests_nobody_is_led_to_one(tmp_path):
    from expert_pool_world import Visitor, World

    world = World(tmp_path, f"sqlite:///{tmp_path}/pool.db")
    with world.person() as one:
        assert "rechte" not in one.get("/ich/").text
        assert one.get("/ich/rechte/").status_code == 404
    with Visitor(world) as somebody:
        assert "Ihre Rechte" not in somebody.get("/").text
    world.close()
