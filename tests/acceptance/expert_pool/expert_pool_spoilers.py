"""Saboteurs of what was delivered: each spoils a copy or a package of a real flight, and says which parts that must turn red."""

import csv
import hashlib
import io
import json
import re
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
    hear("confirmed_to_nobody")
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
        "a recipient with another last day": ({"recipients"}, data(lambda it: it["received"][0].update(last="2020-01-01"))),
        "a last day that only the data name rightly": ({"recipients", "forms"}, data(other_day)),
        "somebody near among those abroad": ({"abroad", "forms"}, data(said("abroad", f"{FAR} (France): an agreement."))),
        "that nobody is abroad": ({"abroad", "forms"}, data(said("abroad", "Nobody named here is in a third country."))),
        "another last day of what they have": ({"period", "forms"}, data(other_last_day)),
        "somebody abroad by name alone": ({"abroad"}, data(name_alone)),
        "another country for somebody abroad": ({"abroad", "forms"}, data(other_country)),
        "the safeguard of a transfer": ({"abroad", "forms"}, data(no_safeguard)),
        "where it can be read on what a transfer rests": ({"abroad", "forms"}, data(no_address)),
        "a machine that decides where none does": ({"automated", "forms"}, data(said("automated", STRANGE))),
        "that no machine decides": ({"automated", "forms"}, data(said("automated", "A machine takes no decision about you."))),
        "a source that nobody named": ({"source", "forms"}, data(no_source)),
        "a file with another byte": ({"data"}, other_byte),
        "a file of somebody else": ({"data"}, lambda files: files.update({"files/pool.document/9/more.bin": b"more"})),
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
        "a paper with other words": ({"forms"}, lambda files: files.update({"access.pdf": paper("Other words")})),
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
        "a file with another byte taken along": ({"provided"}, other_byte),
        "somebody else's value": ({"others"}, columns("pool-profile", city=foreign)),
        "a file that is not described": ({"valid"}, lambda files: files.update({"data/more.txt": b"more"})),
        "a licence": ({"valid"}, licensed),
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
    found |= {name: ({"nothing"}, unconfirmed(heard["confirmed_to_nobody"], spoil)) for name, spoil in letters(foreign).items()}
    assert unconfirmed(heard["confirmed_to_nobody"], lambda files: None) == set()
    look, (manifest, answer, *more) = copy
    asked_in_german = (look, (manifest, replace(answer, language="de"), *more))
    assert broken(asked_in_german, lambda files: None) == {"forms"}
    unread = judged(copy, lambda files: files.update({"access.pdf": b"%PDF-1.7\n%%EOF"}))
    assert {name for name, verdict in unread.items() if verdict != "kept"} == {"forms"}
    assert unread["forms"] == "undecided"
    assert broken(copy, lambda files: None) | broken(package, lambda files: None) == set()
    assert_alike(package[1][1].files, folder, packages)
    return found


FAR = "Institut Rivière (trainings)"
STRANGE = "Assigning bodies: placement in assignments."
CLASS = "Staff accounts."
MISSION = "Mission Delta (assigning body)"
#: a safeguard of Art. 46 GDPR, and where it can be read
CLAUSES = "standard contractual clauses under Implementing Decision (EU) 2021/914"
CLAUSES_AT = "https://eur-lex.europa.eu/eli/dec_impl/2021/914/oj"


def broken(given, spoil):
    """The parts that are judged broken when the bytes are spoilt so."""
    return {name for name, verdict in judged(given, spoil).items() if verdict == "broken"}


def judged(given, spoil):
    """Part → verdict, when the bytes are spoilt so."""
    look, (manifest, answer, *more) = given
    files = {path: raw for path, raw in answer.files.items() if path != "access.pdf"}  # reading paper takes long
    spoil(files)
    parts = look(manifest, replace(answer, files=files), *more)
    flight = Flight(seeded=frozenset(), before={}, told=None, after={}, stays={}, pages={}, parts=parts)
    return {name: judge(flight.seen_for(promise(name), DAY)).verdict.value for name in parts}


def letters(foreign):
    """Saboteurs of the letter to somebody of whom nothing is held."""
    return {
        "a letter that does not say that nothing is held": letter(confirmation="We have looked."),
        "a letter that names no system": letter(searched="We have searched everything."),
        "a letter without a word of backups": letter(backups="Nothing more is to be said."),
        "a letter without a word of the request": letter(request="Nothing more is to be said."),
        "a letter that keeps the request for another time": letter(request="We keep a file on your request for one day."),
        "a letter without the authority": letter(complaint="You can complain."),
        "a letter that names somebody": swapped("confirmation.html", b"</body>", foreign.encode() + b"</body>"),
        "a letter whose page lacks a line": swapped("confirmation.html", b"not searched backups", b"searched all"),
    }


def letter(**lines):
    def spoil(files):
        content = json.loads(files["confirmation.json"])
        content["information"].update({name: [line] for name, line in lines.items()})
        files["confirmation.json"] = json.dumps(content).encode()

    return spoil


def unconfirmed(given, spoil):
    """The parts that are judged broken when the letter is spoilt so."""
    look, (manifest, files, *more) = given
    files = dict(files)
    spoil(files)
    flight = Flight(
        seeded=frozenset(), before={}, told=None, after={}, stays={}, pages={}, parts={"nothing": look(manifest, files, *more)}
    )
    return {"nothing"} - ({"nothing"} if judge(flight.seen_for(promise("nothing"), DAY)).verdict.value == "kept" else set())


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


def said(point, line):
    return lambda content: content["information"][point].append(line)


def other_day(content):
    """What the data say is right, and the line that people read is not."""
    last = content["received"][0]["last"]
    lines = content["information"]["recipients"]
    (at,) = (number for number, line in enumerate(lines) if content["received"][0]["recipient"] in line and last[:4] in line)
    lines[at] = lines[at].replace(last[:4], "2019")


def name_alone(content):
    said_of_abroad(content, MISSION, lambda line: line.partition(":")[0] + ":")


def other_country(content):
    said_of_abroad(content, "Switzerland", lambda line: line.replace("Switzerland", "Japan"))


def no_source(content):
    lines = content["information"]["source"]
    assert any("you provided" in line for line in lines)
    content["information"]["source"] = [line.replace("you provided the data yourself", "somebody did") for line in lines]


def other_byte(files):
    path = min(path for path in files if path.startswith("files/"))
    files[path] = files[path][:-1] + bytes([files[path][-1] ^ 1])
    if "datapackage.json" in files:
        describe(files, {})


def paper(words):
    """A PDF of one page on which these words stand, as any program would make it."""
    text = f"BT /F 12 Tf 72 720 Td ({words}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> /MediaBox [0 0 595 842] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 6\n0000000000 65535 f \n%s" % table
        + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(body)
    )


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


def licensed(files):
    content = json.loads(files["datapackage.json"])
    content["licenses"] = [{"name": "other-closed"}]
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


def no_address(content):
    said_of_abroad(content, CLAUSES_AT, lambda line: line.replace(CLAUSES_AT, "https://elsewhere.example/"))


def no_safeguard(content):
    said_of_abroad(content, CLAUSES, lambda line: line.replace(CLAUSES, "an agreement"))


def said_of_abroad(content, words, changed):
    """The one line of those on third countries in which some words stand."""
    lines = content["information"]["abroad"]
    (line,) = (one for one in lines if words in one)
    content["information"]["abroad"] = [changed(one) if one is line else one for one in lines]


def other_last_day(content):
    """A day too early, in the year before."""
    lines = content["information"]["period"]
    at = next(number for number, line in enumerate(lines) if "For your data this period ends on" in line)
    year = re.search(r"ends on .*?\b(20\d\d)\b", lines[at])[1]
    lines[at] = lines[at].replace(year, str(int(year) - 1))
