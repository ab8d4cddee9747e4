"""Names in a manifest that point to nothing, and secrets; found in the plain values, so that they show beside other mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from .finding import Finding, Severity
from .manifest import Link
from .manifest.canary import OWN_STORE
from .source import KeyPath, Source

_PASSWORD = re.compile(r"://[^/@:]*:[^@/$]+@")
_Spot = tuple[KeyPath, str, str]
_WHY = "a promise about something that does not exist can be neither kept nor shown"


def references(source: Source) -> Iterator[Finding]:
    """Everything that names what the manifest does not have. What has another shape than it should is left to validation."""
    values = source.values
    for path, what, advice in (
        *_systems(values),
        *_tables(values),
        *_special(values),
        *_statistics(values),
        *_activities(values),
        *_cookies(values),
        *_apart(values),
        *_telling(values),
        *_canary(values),
        *_named(values),
    ):
        yield Finding(
            code="reference",
            severity=Severity.ERROR,
            what=what,
            why=_WHY,
            advice=advice,
            position=source.position(path),
            path=".".join(map(str, path)),
        )


def _mapping(value: Any, *keys: str | int) -> dict[str, Any]:
    """The mapping under some keys; empty where there is something else."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _link(value: Any) -> Link | None:
    try:
        return Link.parse(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _systems(values: Mapping[str, Any]) -> Iterator[_Spot]:
    yield from _zone(values.get("time_zone"), ("time_zone",))
    for name, system in _mapping(values, "systems").items():
        yield from _zone(_mapping(system).get("time_zone"), ("systems", name, "time_zone"))
        for column, zone in _mapping(system, "zones").items():
            yield from _zone(zone, ("systems", name, "zones", column))
        for key in ("url", "writer", "application"):
            if _PASSWORD.search(str(_mapping(system).get(key) or "")):
                what = "a password stands in the manifest"
                yield ("systems", name, key), what, "move the address to the environment: ${NAME}"


def _apart(values: Mapping[str, Any]) -> Iterator[_Spot]:
    """Systems between which something is kept apart: two, and both declared."""
    systems = _mapping(values, "systems")
    for name, part in _mapping(values, "kept_apart").items():
        both = {key: _mapping(part).get(key) for key in ("people", "apart")}
        for key, system in both.items():
            if isinstance(system, str) and system not in systems:
                what = f"{system!r} names no system of this manifest"
                yield ("kept_apart", name, key), what, f"declare it under systems: {_some(systems)}"
        if both["people"] == both["apart"] is not None:
            what = "a system cannot be kept apart from itself"
            yield ("kept_apart", name, "apart"), what, "name the other system"


def _canary(values: Mapping[str, Any]) -> Iterator[_Spot]:
    """Stores of which something is said, and kinds of people as one of whom a canary asks; a mistyped one would be said of nothing."""
    canary, people = _mapping(values, "canary"), _mapping(values, "people")
    stores = {**_mapping(values, "systems"), **_mapping(canary, "files"), OWN_STORE: None}
    for key in ("comes", "never", "whole"):
        for store in _mapping(canary, key):
            if store not in stores:
                yield ("canary", key, store), f"{store!r} is no store of this canary", f"name one of {_some(stores)}"
    if canary.get("door") and not _mapping(_mapping(values, "requests"), "door"):
        yield ("canary", "door"), "the manifest has no page of requests", "write requests: {door: {at: https://…}, mail: {…}}"
    for index, wish in enumerate(_list(canary.get("transfers"))):
        to, takers = _mapping(wish).get("to"), _mapping(values, "recipients")
        known = {name: one for name, one in takers.items() if isinstance(one, dict) and one.get("transfer")}
        if isinstance(to, str) and to not in known:
            what = f"{to!r} is no recipient that takes packages"
            yield ("canary", "transfers", index, "to"), what, f"name one of {_some(known)}, or write transfer: {{to: …}} there"
    for key in ("access", "portability", "transfers", "erase"):
        for index, step in enumerate(_list(canary.get(key))):
            kind = _mapping(step).get("asks")
            if isinstance(kind, str) and kind not in people:
                yield (
                    ("canary", key, index, "asks"),
                    f"{kind!r} is no kind of people of this manifest",
                    f"name one of {_some(people)}",
                )


def _named(values: Mapping[str, Any]) -> Iterator[_Spot]:
    """Whatever is named in an answer is nobody's: in a table of people it would show another person."""
    for name, activity in _mapping(values, "activities").items():
        for table, data in _mapping(activity, "data").items():
            for column, target in _mapping(data, "named").items():
                system, _, bare = str(target).rpartition(".")[0].partition(".")
                if bare not in _mapping(values, "systems", system, "not_personal"):
                    what = f"{target!r} names no column of a table that holds nothing about people"
                    advice = "write system.table.column, of a table that stands under not_personal of its system"
                    yield ("activities", name, "data", table, "named", column), what, advice


def _telling(values: Mapping[str, Any]) -> Iterator[_Spot]:
    """Recipients, classes and columns by which recipients are told, and secrets."""
    recipients, classes = _mapping(values, "recipients"), _mapping(values, "classes")
    for name, place in _mapping(values, "public").items():
        for index, one in enumerate(_list(_mapping(place).get("informs"))):
            if isinstance(one, str) and one not in recipients:
                yield ("public", name, "informs", index), f"recipient {one!r} is not declared", "add it under recipients"
    for name, recipient in recipients.items():
        for index, one in enumerate(_list(_mapping(recipient).get("receives"))):
            if isinstance(one, str) and one not in classes:
                here: KeyPath = ("recipients", name, "receives", index)
                yield here, f"{one!r} is not a class of this manifest", f"name one of {_some(classes)}"
    addresses: list[tuple[KeyPath, Any]] = [
        (("recipients", name, "notices", "to"), _mapping(one, "notices").get("to")) for name, one in recipients.items()
    ]
    addresses.append((("telling", "mail", "server"), _mapping(values, "telling", "mail").get("server")))
    for path, address in addresses:
        if _PASSWORD.search(str(address or "")):
            yield path, "a password stands in the manifest", "move the address to the environment: ${NAME}"


def _zone(zone: Any, path: KeyPath) -> Iterator[_Spot]:
    if not isinstance(zone, str):
        return
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError):
        yield path, f"{zone!r} is not a time zone", "write a name such as Europe/Berlin or UTC"


def _tables(values: Mapping[str, Any]) -> Iterator[_Spot]:
    """Tables of systems that are not declared."""
    systems = _mapping(values, "systems")
    for path, table in _named_tables(values):
        if "." in table and table.split(".", 1)[0] not in systems:
            yield path, f"{table!r} names no system of this manifest", f"declare it under systems: {_some(systems)}"


def _named_tables(values: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    named: list[tuple[KeyPath, Any]] = []
    for section, key in (("people", "record"), ("every_row", "table"), ("no_column", "table"), ("statistics", "table")):
        named += [((section, name, key), _mapping(part).get(key)) for name, part in _mapping(values, section).items()]
    named += [(("guard", "tables", table), table) for table in _mapping(values, "guard", "tables")]
    named += [(("events", column), column) for column in _mapping(values, "events")]
    named += [((key, name), name) for key in ("titles", "words") for name in _mapping(values, key)]
    for key in ("blocked", "unused"):
        named += [(("canary", key, table), table) for table in _mapping(values, "canary", key)]
    named += [(("public", name, "data"), _mapping(place).get("data")) for name, place in _mapping(values, "public").items()]
    for name, recipient in _mapping(values, "recipients").items():
        known = _mapping(recipient, "notices", "names")
        named += [(("recipients", name, "notices", "names", kind), column) for kind, column in known.items()]
    for name, activity in _mapping(values, "activities").items():
        named += [(("activities", name, "data", table), table) for table in _mapping(activity, "data")]
        for keys in (("objection", "lists"), ("consent", "records")):
            for index, one in enumerate(_list(_mapping(activity, keys[0]).get(keys[1]))):
                named.append((("activities", name, *keys, index, "data"), _mapping(one).get("data")))
    yield from ((path, table) for path, table in named if isinstance(table, str))


def _special(values: Mapping[str, Any]) -> Iterator[_Spot]:
    """Classes with special categories that are not declared."""
    classes = _mapping(values, "classes")
    for index, name in enumerate(_list(values.get("special"))):
        if isinstance(name, str) and name not in classes:
            yield ("special", index), f"{name!r} is not a class of this manifest", f"name one of {_some(classes)}"


def _some(names: Mapping[str, Any]) -> str:
    return ", ".join(names) or "none yet"


def _activities(values: Mapping[str, Any]) -> Iterator[_Spot]:
    recipients = _mapping(values, "recipients")
    for name, activity in _mapping(values, "activities").items():
        here: KeyPath = ("activities", name)
        for index, recipient in enumerate(_list(_mapping(activity).get("recipients"))):
            if isinstance(recipient, str) and recipient not in recipients:
                yield (*here, "recipients", index), f"recipient {recipient!r} is not declared", "add it under recipients"
        data = _mapping(activity, "data")
        for table, part in data.items():
            yield from _data(values, data, table, _mapping(part), (*here, "data", table))
        yield from _circles(data, here)
        yield from _rules(data, _list(_mapping(activity).get("keep")), (*here, "keep"))


def _cookies(values: Mapping[str, Any]) -> Iterator[_Spot]:
    activities = _mapping(values, "activities")
    sites = {name: one for name, one in _mapping(values, "systems").items() if _mapping(one).get("kind") == "website"}
    yield from _contacts(values, sites)
    for name, cookie in _mapping(values, "cookies").items():
        site = _mapping(cookie).get("site")
        if isinstance(site, str) and site not in sites:
            yield ("cookies", name, "site"), f"{site!r} is not a web site of this manifest", f"name one of {_some(sites)}"
    for name, cookie in _mapping(values, "cookies").items():
        activity = _mapping(cookie).get("activity")
        if isinstance(activity, str) and activity not in activities:
            what = f"{activity!r} is not an activity of this manifest"
            yield ("cookies", name, "activity"), what, f"name one of {_some(activities)}"
    if _PASSWORD.search(str(_mapping(values, "consents", "mail").get("server") or "")):
        what = "a password stands in the manifest"
        yield ("consents", "mail", "server"), what, "move the address to the environment: ${NAME}"


def _contacts(values: Mapping[str, Any], sites: Mapping[str, Any]) -> Iterator[_Spot]:
    """Whom the pages of sites may speak to, and for what."""
    for name, site in sites.items():
        for host, contact in _mapping(site, "contacts").items():
            for key, section in (("activity", "activities"), ("recipient", "recipients")):
                named, there = _mapping(contact).get(key), _mapping(values, section)
                if isinstance(named, str) and named not in there:
                    path: KeyPath = ("systems", name, "contacts", host, key)
                    yield path, f"{named!r} is not declared under {section}", f"name one of {_some(there)}"
        for form, said in _mapping(site, "forms").items():
            activities = _mapping(values, "activities")
            for number, named in enumerate(_list(_mapping(said).get("consents"))):
                if isinstance(named, str) and named not in activities:
                    path = ("systems", name, "forms", form, "consents", number)
                    yield path, f"{named!r} is not an activity of this manifest", f"name one of {_some(activities)}"


def _data(
    values: Mapping[str, Any], data: Mapping[str, Any], table: str, part: Mapping[str, Any], path: KeyPath
) -> Iterator[_Spot]:
    for class_name in _mapping(part, "classes"):
        if class_name not in _mapping(values, "classes"):
            what = f"class {class_name!r} has no title"
            yield (*path, "classes", class_name), what, "add it under classes, in German and English"
    of, belongs = _link(part.get("of")), _link(part.get("part_of"))
    if of and of.target not in _mapping(values, "people"):
        yield (*path, "of"), f"{of.target!r} is not a kind of people here", "declare it under people"
    if of and of.fixed:
        yield (*path, "of"), "whose rows they are cannot depend on another column", "leave the where out, or write part_of"
    if belongs and belongs.table not in data:
        what = f"{belongs.target!r} is not data of this activity"
        yield (*path, "part_of"), what, "name a table of the same activity"
    near = _link(part.get("about"))
    if near and near.table not in {name for one in _mapping(values, "activities").values() for name in _mapping(one, "data")}:
        yield (*path, "about"), f"{near.target!r} is no data of this manifest", "name a table that says whose its rows are"
    elif near and near.table.split(".")[0] != table.split(".")[0]:
        what = f"{near.target!r} is in another system than {table!r}"
        yield (*path, "about"), what, "no database can see the rows of another; say of: for this table"
    if belongs and belongs.table.split(".")[0] != table.split(".")[0]:
        what = f"{belongs.target!r} is in another system than {table!r}"
        yield (*path, "part_of"), what, "give it a keep rule of its own: a deletion in one database cannot carry rows of another"


def _circles(data: Mapping[str, Any], here: KeyPath) -> Iterator[_Spot]:
    """Tables that are, by some way, parts of themselves."""
    for table in data:
        seen, near = {table}, _link(_mapping(data, table).get("part_of"))
        while near and near.table not in seen:
            seen.add(near.table)
            near = _link(_mapping(data, near.table).get("part_of"))
        if near and near.table == table:
            what = f"{table!r} is a part of itself"
            yield (*here, "data", table, "part_of"), what, "leave part_of out of the table to which the others belong"


def _rules(data: Mapping[str, Any], keep: list[Any], path: KeyPath) -> Iterator[_Spot]:
    names: set[str] = set()
    for index, raw in enumerate(keep):
        if not isinstance(raw, dict):
            continue
        yield from _rule(data, raw, (*path, index))
        label = str(raw.get("name") or f"rule-{index + 1}")
        if label in names:
            yield (*path, index, "name"), f"two rules are called {label!r}", "give each a name of its own"
        names.add(label)


def _statistics(values: Mapping[str, Any]) -> Iterator[_Spot]:
    for name, one in _mapping(values, "statistics").items():
        yield from _joined(("statistics", name), str(_mapping(one).get("table") or ""), one)


def _joined(path: KeyPath, above: str, raw: Any) -> Iterator[_Spot]:
    """What stays joined to a row: other rows than those themselves, in the same system."""
    for number, one in enumerate(_list(_mapping(raw).get("joined"))):
        here: KeyPath = (*path, "joined", number)
        link = _link(_mapping(one).get("rows"))
        if link and above and link.target.split(".")[0] != above.split(".")[0]:
            what = f"{link.target!r} is in another system than {above!r}"
            yield (*here, "rows"), what, "name a table of the same system; a database cannot count together with another"
        elif link and link.target == above:
            what = f"rows of {link.target!r} are said to be joined to rows of the same table"
            yield (*here, "rows"), what, "name another table"
        yield from _joined(here, link.target if link else "", one)


def _goes_with(data: Mapping[str, Any], table: str, about: str) -> bool:
    """Whether the rows of a table are those of another, or live and die with them, however deep."""
    seen = set[str]()
    while table != about:
        link = _link(_mapping(data.get(table)).get("part_of"))
        if link is None or table in seen:
            return False
        seen.add(table)
        table = link.target
    return True


def _rule(data: Mapping[str, Any], raw: Mapping[str, Any], path: KeyPath) -> Iterator[_Spot]:
    roots = [table for table, part in data.items() if _mapping(part).get("part_of") is None]
    table = raw.get("data")
    if table is None and len(roots) != 1:
        advice = f"add data: one of {', '.join(roots)}" if roots else "add the tables under data of the activity"
        yield path, "it is not clear which table this rule is about", advice
    if isinstance(table, str) and table not in data:
        yield (*path, "data"), f"{table!r} is not data of this activity", f"name one of {_some(data)}"
    held = {class_name: True for part in data.values() for class_name in _mapping(part, "classes")}
    for number, class_name in enumerate(_list(raw.get("classes"))):
        if isinstance(class_name, str) and class_name not in held:
            what = f"class {class_name!r} is not held by this activity"
            yield (*path, "classes", number), what, f"name one of {_some(held)}"
    about = table if isinstance(table, str) else next(iter(roots), "")
    yield from _joined((*path, "then", "aggregate"), about, _mapping(raw, "then").get("aggregate"))
    for number, one in enumerate(_list(raw.get("elsewhere"))):
        link, spot = _link(_mapping(one).get("rows")), (*path, "elsewhere", number, "rows")
        if link and about and link.target.split(".")[0] != about.split(".")[0]:
            what = f"{link.target!r} is in another system than {about!r}"
            yield spot, what, "name a table of the same system; one transaction cannot change two"
        elif link and _goes_with(data, link.target, about):
            what = f"{link.target!r} is not elsewhere: its rows are those of the rule, or go with them"
            yield spot, what, "name a table whose rows stay"
    for number, text in enumerate(_list(raw.get("waits_for"))):
        link = _link(text)
        if link and about and link.target.split(".")[0] != about.split(".")[0]:
            what = f"{link.target!r} is in another system than {about!r}"
            yield (*path, "waits_for", number), what, "name a table of the same system; a database cannot see the rows of another"
