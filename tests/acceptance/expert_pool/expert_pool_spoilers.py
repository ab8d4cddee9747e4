"""Saboteurs of what was delivered: each spoils a copy or a package of a real flight, and says which parts that must turn red."""

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import date

import frictionless

from zusage.bootstrap.canary import delivering
from zusage.evidence.residue.canary import Flight
from zusage.evidence.verdict import judge
from zusage.promises.period import Period
from zusage.promises.promise import CanaryFlown

DAY = date(2026, 3, 1)
POINTS = ("purposes", "categories", "recipients", "period", "rights", "complaint", "source", "automated", "abroad")


def listen(monkeypatch):
    """Name → how the last answer of a flight was judged: the function and what it was given."""
    heard = {}

    def hear(name):
        real = getattr(delivering, name)

        def judged(*given):
            heard[name] = (real, given)
            return real(*given)

        monkeypatch.setattr(delivering, name, judged)

    hear("copied")
    hear("packed")
    return heard


def spoilt(heard, folder):
    """Saboteur → the parts that it must turn red, and those that it did."""
    copy, package = heard["copied"], heard["packed"]
    values = copy[1][2].values
    found = {f"no {point}": ({point}, broken(copy, data(without_point(point)))) for point in POINTS}
    foreign = next(written for written, how in copy[1][2].others.forms.items() if how == ("email", "plain")).decode()
    copies = {
        "a value of one function missing": ({"data"}, data(without_rows("pool.appointment"))),
        "a table without a value of theirs missing": ({"data"}, data(without_rows("pool.availability"))),
        "a recipient left out": ({"recipients"}, data(lambda it: it.update(received=[]))),
        "a recipient who received nothing": ({"recipients"}, data(lambda it: it["received"].append({"recipient": FAR}))),
        "a purpose that is not theirs": ({"purposes", "forms"}, data(lambda it: it["information"]["purposes"].append(STRANGE))),
        "a category that is not theirs": (
            {"categories", "forms"},
            data(lambda it: it["information"]["categories"].append(CLASS)),
        ),
        "a period of another length": ({"period", "forms"}, data(shorter)),
        "no objection among the rights": ({"rights", "forms"}, data(no_objection)),
        "another authority": ({"complaint"}, data(lambda it: it["information"].update(complaint=["a supervisory authority"]))),
        "a page that lacks a line": ({"forms"}, swapped("access.html", b"suitability", b"")),
        "a page that lacks a value": ({"forms"}, swapped("access.html", values["street"].encode(), b"")),
        "another paper": ({"forms"}, lambda files: files.update({"access.pdf": b"%PDF-1.7\n%%EOF"})),
        "data that nobody can read": ({"forms"}, lambda files: files.update({"access.json": b"{"})),
        "somebody else's value on the page": ({"others"}, swapped("access.html", b"</body>", foreign.encode() + b"</body>")),
        "the name of a referee": ({"others"}, data(lambda it: rows_of(it, "pool.referee")[0].update(name="Rudi"))),
        "a text that nobody looked through": ({"others"}, data(lambda it: rows_of(it, "pool.follow_up")[0].update(note="Rudi"))),
    }
    packages = {
        "a column that was concluded": ({"inferred"}, columns("pool-person", password_hash="x")),
        "a column without consent or contract": ({"basis"}, columns("pool-profile", person_id="1")),
        "the name of a referee taken along": ({"others"}, columns("pool-referee", name="Rudi")),
        "a value that they provided missing": ({"provided"}, columns("pool-profile", street=None)),
        "a file missing": ({"provided"}, no_file),
        "somebody else's value": ({"others"}, columns("pool-profile", city=foreign)),
        "a file that is not described": ({"valid"}, lambda files: files.update({"data/more.txt": b"more"})),
        "another number of bytes": ({"valid"}, described(lambda one: one.update(bytes=1))),
        "another hash": ({"valid"}, described(lambda one: one.update(hash="sha256:0"))),
        "two resources of one name": ({"valid"}, described(lambda one: one.update(name="one"), every=True)),
        "a type that the values do not have": (
            {"valid"},
            described(lambda one: one["schema"]["fields"][0].update(type="integer")),
        ),
        "a header of its own": ({"valid"}, described(lambda one: one["schema"]["fields"][0].update(name="else"))),
    }
    found |= {name: (red, broken(copy, spoil)) for name, (red, spoil) in copies.items()}
    found |= {name: (red, broken(package, spoil)) for name, (red, spoil) in packages.items()}
    assert broken(copy, lambda files: None) | broken(package, lambda files: None) == set()
    assert_alike(package[1][1].files, folder, packages)
    return found


FAR = "Institut Rivière (trainings)"
STRANGE = "Assigning bodies: placement in assignments."
CLASS = "Staff accounts."


def broken(judged, spoil):
    """The parts that are judged broken when the bytes are spoilt so."""
    look, (manifest, answer, *more) = judged
    files = {path: raw for path, raw in answer.files.items() if path != "access.pdf"}  # reading paper takes long
    spoil(files)
    parts = look(manifest, replace(answer, files=files), *more)
    flight = Flight(seeded=frozenset(), before={}, told=None, after={}, stays={}, pages={}, parts=parts)
    return {name for name in parts if judge(flight.seen_for(promise(name), DAY)).verdict.value == "broken"}


def promise(part):
    return CanaryFlown(id="x", refs=(), path=(), aspect="delivered", store="", part=part, every=Period.parse("P30D"))


def data(change):
    def spoil(files):
        content = json.loads(files["access.json"])
        change(content)
        files["access.json"] = json.dumps(content).encode()

    return spoil


def without_point(point):
    return lambda content: content["information"].pop(point)


def rows_of(content, table):
    (rows,) = (one["rows"] for one in content["data"] if one["table"] == table and one["rows"])
    return rows


def without_rows(table):
    return lambda content: rows_of(content, table).clear()


def shorter(content):
    lines = content["information"]["period"]
    assert any("18 months" in line for line in lines)
    content["information"]["period"] = [line.replace("18 months", "17 months") for line in lines]


def no_objection(content):
    (line,) = content["information"]["rights"]
    content["information"]["rights"] = [line.replace("object to", "complain of")]


def swapped(path, old, new):
    def spoil(files):
        assert old in files[path]
        files[path] = files[path].replace(old, new)

    return spoil


def columns(name, /, **values):
    """A column of a table becomes something else, or goes, in both forms, and the description with it."""

    def spoil(files):
        rows = json.loads(files[f"data/{name}.json"])
        assert rows
        for row in rows:
            row.update(values)
            for column in [column for column, value in values.items() if value is None]:
                row.pop(column)
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        files[f"data/{name}.json"], files[f"data/{name}.csv"] = json.dumps(rows).encode(), text.getvalue().encode()
        describe(files, {name: [{"name": column, "type": "any"} for column in rows[0]]})

    return spoil


def no_file(files):
    gone = [path for path in files if path.startswith("files/")]
    assert gone
    for path in gone:
        del files[path]
    content = json.loads(files["datapackage.json"])
    content["resources"] = [one for one in content["resources"] if one["path"] in files]
    files["datapackage.json"] = json.dumps(content).encode()


def describe(files, fields):
    content = json.loads(files["datapackage.json"])
    for one in content["resources"]:
        raw = files[one["path"]]
        one |= {"bytes": len(raw), "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}"}
        if one["name"] in fields:
            one["schema"]["fields"] = fields[one["name"]]
    files["datapackage.json"] = json.dumps(content).encode()


def described(change, every=False):
    def spoil(files):
        content = json.loads(files["datapackage.json"])
        tables = [one for one in content["resources"] if one["path"] == "data/pool-profile.csv" or every]
        assert tables
        for one in tables:
            change(one)
        files["datapackage.json"] = json.dumps(content).encode()

    return spoil


def assert_alike(files, folder, packages):
    """The library that everybody has says the same of the description as our own eyes."""
    for number, (red, spoil) in enumerate([(set(), lambda _: None), *packages.values()]):
        some = dict(files)
        spoil(some)
        if red - {"valid"} or "data/more.txt" in some:
            continue
        for path, raw in some.items():
            (folder / str(number) / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / str(number) / path).write_bytes(raw)
        report = frictionless.validate(str(folder / str(number) / "datapackage.json"))
        assert report.valid is not red, (number, red)
