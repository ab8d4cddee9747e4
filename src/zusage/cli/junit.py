"""Verdicts as JUnit XML, which build servers show as tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from .files import write_whole

if TYPE_CHECKING:
    from zusage.evidence.prove import Outcome

#: characters that XML 1.0 cannot hold
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write one suite for each activity and each other kind of promise: kept passes, broken fails, undecided is an error.

    The same outcomes give the same bytes. Reasons are counts and names of tables, never values of rows.
    """
    root = ElementTree.Element("testsuites", {"name": "zusage verify", **_counts(outcomes)})
    suites: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        suites.setdefault(outcome.promise.id.partition("/")[0], []).append(outcome)
    for name, members in suites.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": _text(name), **_counts(members)})
        for outcome in members:
            _case(suite, outcome)
    ElementTree.indent(root)
    write_whole({path: ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"})


def _counts(outcomes: Sequence[Outcome]) -> dict[str, str]:
    words = [outcome.judgement.verdict.value for outcome in outcomes]
    return {
        "tests": str(len(words)),
        "failures": str(words.count("broken")),
        "errors": str(words.count("undecided")),
        "skipped": "0",
        "time": "0",
    }


def _case(suite: ElementTree.Element, outcome: Outcome) -> None:
    suite_name, _, name = outcome.promise.id.partition("/")
    case = ElementTree.SubElement(suite, "testcase", {"classname": _text(suite_name), "name": _text(name), "time": "0"})
    judgement = outcome.judgement
    if judgement.verdict.value != "kept":
        tag = "failure" if judgement.verdict.value == "broken" else "error"
        details = {"type": judgement.verdict.value, "message": _text(judgement.reason)}
        ElementTree.SubElement(case, tag, details).text = _text(_details(outcome))
    else:
        ElementTree.SubElement(case, "system-out").text = _text(judgement.reason)


def _details(outcome: Outcome) -> str:
    refs = f" ({', '.join(outcome.promise.refs)})" if outcome.promise.refs else ""
    return f"{outcome.promise.id}{refs}: {outcome.judgement.reason}"


def _text(text: str) -> str:
    return _UNSPEAKABLE.sub("\ufffd", text)
