"""Findings as SARIF 2.1.0, so that code hosts show them beside the line that they are about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from zusage import __version__
from zusage.promises.finding import Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(findings: Sequence[Finding], folder: Path) -> str:
    """One run with the catalogue of rules and all findings; places are relative to ``folder`` where they lie in it."""
    rules = _rules(findings)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    driver = {"name": "zusage", "version": __version__, "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index[finding.code], folder) for finding in findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rules(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Every rule of checking, and one for each kind of mistake in the text of the manifest that was found."""
    from zusage.promises.checking import defects

    known: dict[str, dict[str, Any]] = {}
    for defect in defects():
        known.setdefault(defect.code, _rule(defect.code, defect.severity.value, defect.why, defect.advice, defect.source))
    for one in findings:
        known.setdefault(one.code, _rule(one.code, one.severity.value, one.why, one.advice, one.source))
    return list(known.values())


def _rule(code: str, level: str, why: str, advice: str, source: str) -> dict[str, Any]:
    grounds = f" ({source})" if source else ""
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": code.replace("-", " ")},
        "fullDescription": {"text": _sentence(why)},
        "help": {
            "text": f"Why: {why}{grounds}\nDo: {advice}",
            "markdown": f"**Why:** {why}{grounds}\n\n**Do:** {advice}",
        },
        "defaultConfiguration": {"level": level},
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _result(finding: Finding, rule: int, folder: Path) -> dict[str, Any]:
    place = finding.position
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(place.file, folder)},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }
    if finding.path:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.path}]
    same = hashlib.sha256(f"{finding.code}\0{finding.path}\0{finding.what}".encode()).hexdigest()
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity.value,
        "message": {"text": f"{_sentence(finding.what)} {_sentence(finding.why)} Do: {finding.advice}"},
        "locations": [location],
        "partialFingerprints": {"finding/v1": same},
    }


def _uri(file: str, folder: Path) -> str:
    path = Path(file)
    if not path.is_absolute():
        return quote(path.as_posix())
    try:
        return quote(path.relative_to(folder.absolute()).as_posix())
    except ValueError:
        return path.as_uri()
