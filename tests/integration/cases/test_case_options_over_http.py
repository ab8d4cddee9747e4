"""Each option of a command is compared with the fields of what does the same over HTTP: what one has and the other has not is named, with why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

import click
import pytest

from zusage.cli import cli

from .test_case_commands_over_http import OVER_HTTP, described

__all__ = ["described"]

Named = tuple[str, str]
#: of every command, and no part of what is asked for
PLUMBING = {"manifest", "folder", "as_json"}
#: what an argument names, which stands in a path or has a field
ARGUMENTS = {"case", "number", "notice", "restriction", "use", "objection", "hold", "person", "activity", "values"}
#: option of a command → the field that says the same
RENAMED: Mapping[Named, str] = {
    ("restriction place", "instead"): "paragraph", ("restriction open", "use"): "purpose", ("objection end", "because"): "reasons",
    ("case include", "candidate"): "name", ("case leave-out", "candidate"): "name", ("case returned", "mail"): "report",
    ("rectify", "empty"): "value", ("case done", "plan"): "order", ("withdrawal letter", "plan"): "number",
    ("objection show", "letter"): "language", ("disclosures list", "letter"): "language",
}  # fmt: skip
_ANSWERED = "the files are made when the case is answered, with what was included in it, and go to the person alone"
_CASE_SAYS = "the case says whom it is about"
_ENDPOINT = "an endpoint of its own"
_READS = "files are read by commands alone"
_PLAN = "the plan lies in our own folder, and an endpoint gives it out"
_TABLES = "holds tables, not a person of a case"
_INCLUDED = "included in the case, by a step with its reasons"
_SECOND = "the second human agrees with a token of their own"
#: an option of a command, or of each, that no field has
OPTION_ALONE: Mapping[Named, str] = {
    ("*", "by"): "who does it is whoever holds the token of the call", ("*", "token_file"): "each call has its token in its head",
    ("restriction place", "second"): _SECOND, ("restriction open", "second"): _SECOND, ("objection decide", "second"): _SECOND,
    ("person find", "include"): _INCLUDED, ("person find", "address"): _CASE_SAYS,
    ("person access", "include"): _ANSWERED, ("person access", "to"): _ANSWERED, ("person access", "address"): _ANSWERED,
    ("person portability", "include"): _ANSWERED, ("person portability", "to"): _ANSWERED, ("person portability", "address"): _ANSWERED,
    ("case nothing-held", "to"): _ANSWERED, ("case agree", "show"): _ENDPOINT, ("case open", "from_mail"): _READS, ("case answer", "beside"): _READS, ("case show", "content"): _ENDPOINT,
    ("erasure plan", "include"): _INCLUDED, ("erasure plan", "out"): _PLAN, ("erasure answer", "close"): "a step of the case",
    ("erasure answer", "each"): "many people are no case", ("erasure answer", "letter"): _ENDPOINT,
    ("objection place", "address"): _CASE_SAYS, ("objection place", "person"): _CASE_SAYS,
    ("withdrawal place", "address"): _CASE_SAYS, ("withdrawal place", "person"): _CASE_SAYS, ("withdrawal place", "out"): _PLAN,
    ("withdrawal letter", "address"): _CASE_SAYS, ("withdrawal letter", "person"): _CASE_SAYS,
    ("notices show", "content"): _ENDPOINT, ("notices show", "out"): _ENDPOINT, ("notices list", "of"): "the list of all notices has those of a group too",
    ("suspend place", "person"): _CASE_SAYS, ("suspend place", "ahead"): _TABLES,
    ("suspend place", "tables"): _TABLES, ("suspend place", "conditions"): _TABLES, ("suspend place", "whole"): _TABLES,
}  # fmt: skip
_GROUP = "a group is named by one word"
_PAGES = "a list that a terminal shows is shown whole"
#: a field that no option of a command, or of any, has
FIELD_ALONE: Mapping[Named, str] = {
    ("*", "key"): "a call may be sent again when its answer did not come; a command has ended", ("*", "operation"): "the command is it", ("*", "step"): "the command is it",
    ("case open", "address"): "from the mail that the command reads", ("case list", "limit"): _PAGES, ("case list", "offset"): _PAGES,
    ("notices list", "limit"): _PAGES, ("notices list", "after"): _PAGES, ("notices list", "offset"): _PAGES,
    ("notices show", "plan"): _GROUP, ("notices receipt", "plan"): _GROUP, ("notices excuse", "plan"): _GROUP,
    ("notices show", "recipient"): _GROUP, ("notices receipt", "recipient"): _GROUP, ("notices excuse", "recipient"): _GROUP,
}  # fmt: skip


def _command(name: str) -> click.Command:
    found: click.Command | None = cli
    for part in name.split():
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), part)
    assert found is not None
    return found


def _fields(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By endpoint, order and step, as ``OVER_HTTP`` names them, what each field takes."""
    schemas, found = described["components"]["schemas"], dict[str, dict[str, Any]]()

    def there(one: dict[str, Any]) -> dict[str, Any]:
        return dict(schemas[one["$ref"].rpartition("/")[2]] if "$ref" in one else one)

    for way in (way for ways in described["paths"].values() for way in ways.values()):
        fields = {one["name"]: one["schema"] for one in way.get("parameters", ())}
        body = there(way["requestBody"]["content"]["application/json"]["schema"]) if "requestBody" in way else {}
        for one in map(there, body.get("oneOf", [body])):
            name = one["properties"]["operation"]["const"] if "oneOf" in body else ""
            found[f"order:{name}" if name else way["operationId"]] = fields | one.get("properties", {})
    return found


def _pairs(described: dict[str, Any]) -> Iterator[tuple[str, list[click.Parameter], dict[str, Any]]]:
    """Each command with its options, and all the fields of what does the same; the steps of a case share theirs."""
    fields = _fields(described)
    for name, targets in OVER_HTTP.items():
        mine = [fields["step"] if one.startswith("step:") else fields[one] for one in targets.split()]
        merged = {key: value for one in mine for key, value in one.items()}
        yield name, [one for one in _command(name).params if one.name not in PLUMBING], merged


def _without_reason(found: Set[Named], reasons: Mapping[Named, str]) -> list[str]:
    """What has no reason, and reasons of what is there on both sides or on none."""
    named = {one if one in reasons else ("*", one[1]) for one in found}
    assert all(len(why) > 8 for why in reasons.values())
    return [*map(str, named - reasons.keys()), *(f"idle: {one}" for one in reasons.keys() - named)]


def test_each_option_of_a_command_has_a_field_or_a_reason_for_having_none(described: dict[str, Any]) -> None:
    seen, alone = 0, set[Named]()
    for name, options, fields in _pairs(described):
        for one in options:
            if isinstance(one, click.Argument):
                continue
            seen += 1
            if RENAMED.get((name, str(one.name)), one.name) not in fields:
                alone.add((name, str(one.name)))
    assert seen > 100
    assert not _without_reason(alone, OPTION_ALONE)


def test_each_field_has_an_option_of_the_command_or_a_reason_for_having_none(described: dict[str, Any]) -> None:
    seen, alone, steps, of_steps = 0, set[Named](), set[str](), _fields(described)["step"]
    for name, options, fields in _pairs(described):
        mine = {RENAMED.get((name, str(one.name)), str(one.name)) for one in options}
        mine |= ARGUMENTS if any(isinstance(one, click.Argument) for one in options) else set()
        if "step:" in OVER_HTTP[name]:
            steps |= mine if name.startswith("case ") else set()
            fields = {key: value for key, value in fields.items() if key not in of_steps}
        seen += len(fields)
        alone |= {(name, field) for field in fields.keys() - mine}
    alone |= {("step", field) for field in of_steps.keys() - steps}
    assert seen > 100
    assert not _without_reason(alone, FIELD_ALONE)


def test_where_a_command_and_a_field_choose_they_choose_from_the_same(described: dict[str, Any]) -> None:
    seen = 0
    for name, options, fields in _pairs(described):
        for one in options:
            field = fields.get(RENAMED.get((name, str(one.name)), str(one.name)), {})
            words = next((o["enum"] for o in (field, *field.get("anyOf", ())) if "enum" in o), None)
            if isinstance(one.type, click.Choice) and words:
                seen += 1
                assert {*one.type.choices} == {*words}, (name, one.name)
    assert seen > 8


@pytest.mark.parametrize("reasons", [OPTION_ALONE, FIELD_ALONE])
def test_an_exception_that_is_none_any_more_and_one_without_a_reason_are_found(reasons: Mapping[Named, str]) -> None:
    assert _without_reason({("case open", "nothing")}, reasons)
    assert len(_without_reason(set(), reasons)) == len(reasons)
