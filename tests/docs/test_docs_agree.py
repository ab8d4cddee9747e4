"""The reference says what the product says: keys, commands, codes, conditions and periods are compared with their source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, get_args
from zoneinfo import ZoneInfo

import click
import pytest
from docs_world import DOCS, PAGES, ROOT, Block, Shell, blocks, tutorial_shop
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from zusage.cli import cli
from zusage.connectors.sql.wall import instant_of
from zusage.evidence.observation import Observation
from zusage.promises.checking import LIVE_RULES, RULES, defects
from zusage.promises.condition import ConditionError, parse, to_text
from zusage.promises.loading import load
from zusage.promises.manifest import Manifest
from zusage.promises.period import Period
from zusage.promises.schema import json_schema
from zusage.promises.starting_point import StartingPoint

REFERENCE = DOCS / "reference"
_CODE = re.compile(r"`([^`]+)`")


def table(page: Path, first: str) -> list[list[str]]:
    """The rows of the table on a page whose first heading cell is this."""
    lines = page.read_text(encoding="utf-8").splitlines()
    found: list[list[str]] = []
    for number, line in enumerate(lines):
        if line.startswith(f"| {first} |"):
            for row in lines[number + 2 :]:
                if not row.startswith("|"):
                    break
                found.append([cell.strip() for cell in row.strip("|").split(" | ")])
    assert found, f"{page.name} has no table of {first}"
    return found


# -- the manifest ------------------------------------------------------------------------------------------------


def sections() -> dict[str, set[str]]:
    """The keys that the reference describes, by part."""
    found: dict[str, set[str]] = {}
    text = (REFERENCE / "manifest.md").read_text(encoding="utf-8")
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        name, _, body = part.partition("\n")
        rows = re.findall(r"^\| (\*?\*?`.*?) \|", body, flags=re.M)
        found[name] = {key for row in rows for key in _CODE.findall(row)}
    return found


def schema_parts() -> dict[str, dict[str, Any]]:
    schema = json_schema()
    return {"Manifest": schema, **schema["$defs"]}


def test_every_key_of_the_manifest_is_in_the_reference_and_no_other() -> None:
    assert sections() == {name: set(part["properties"]) for name, part in schema_parts().items()}


def test_the_keys_that_must_be_there_are_in_bold() -> None:
    text = (REFERENCE / "manifest.md").read_text(encoding="utf-8")
    for name, part in schema_parts().items():
        body = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        bold = set(re.findall(r"\*\*`(\w+)`\*\*", body))
        assert bold == set(part.get("required", ())), name


def yaml_blocks() -> Iterator[Block]:
    for page in PAGES:
        yield from blocks(page, "yaml")


@pytest.mark.parametrize("block", list(yaml_blocks()), ids=str)
def test_every_manifest_that_is_shown_can_be_read(block: Block, tmp_path: Path) -> None:
    content = YAML(typ="safe", pure=True).load(block.text)
    if "zusage" in content:
        path = tmp_path / "zusage.yaml"
        path.write_text(block.text, encoding="utf-8")
        load(path)
        return
    for key, value in content.items():
        field = Manifest.model_fields[key]
        TypeAdapter(Annotated[field.annotation, field]).validate_python(value)


def test_the_complete_manifests_fit_the_schema() -> None:
    validator = Draft202012Validator(json_schema())
    complete = [block for block in yaml_blocks() if block.text.startswith("zusage: 1")]
    assert complete
    for block in complete:
        content = YAML(typ="safe", pure=True).load(block.text)
        content["notice"]["version"] = str(content["notice"]["version"])
        assert not list(validator.iter_errors(content)), str(block)


# -- the commands ------------------------------------------------------------------------------------------------


def commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield " ".join((*before, name)), command


COMMANDS = dict(commands(cli))
SHARED = {"--json", "--folder", "--help"}


def options_of(command: click.Command) -> set[str]:
    return {option for p in command.params if isinstance(p, click.Option) for option in (*p.opts, *p.secondary_opts)} - SHARED


def shown() -> dict[str, tuple[str, set[str], set[str]]]:
    """By command: its arguments, its options and its exit codes, as the reference has them."""
    found = {}
    for usage, _, codes in table(REFERENCE / "commands.md", "command"):
        first, *rest = _CODE.findall(usage)
        words = first.removeprefix("zusage ").split()
        name = " ".join(word for word in words if word.islower())
        arguments = " ".join(word for word in words if not word.islower())
        found[name] = (arguments, set(rest), set(re.findall(r"\b([0-3])\b", codes)))
    return found


def test_every_command_is_in_the_reference_with_its_arguments_and_options() -> None:
    reference = shown()
    assert set(reference) == set(COMMANDS)
    for name, command in COMMANDS.items():
        pieces = command.collect_usage_pieces(click.Context(command))[1:]
        assert (reference[name][0], reference[name][1]) == (" ".join(pieces), options_of(command)), name


def test_the_exit_codes_are_those_that_help_names() -> None:
    for name, command in COMMANDS.items():
        said = re.search(r"Exit codes?:(.*?)(?:\n\n|\Z)", command.help or "", re.S)
        if said:
            assert set(re.findall(r"\b([0-3])\b", said[1])) <= shown()[name][2], name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for line in re.findall(r"`(zusage [^`\n]*)`|^\$? ?(?:.*[;&|] )?(zusage [a-z].*)$", text, flags=re.M):
        words = "".join(line).split("  #")[0].split()[1:]
        known = next((name for name in (" ".join(words[:3]), " ".join(words[:2]), words[0]) if name in COMMANDS), None)
        group = words[0] in {name.split()[0] for name in COMMANDS} and len(words) == 1
        assert known or group or words[0].startswith("-"), f"{page.name}: {line}"
        if known:
            named = {word.strip("`,;.") for word in words if word.startswith("--")}
            named = {word.split("=")[0] for word in named}
            rest = " ".join(words)
            extra = named - options_of(COMMANDS[known]) - SHARED
            assert not extra or ";" in rest or "|" in rest or "&&" in rest, f"{page.name}: {line}: {extra}"


# -- findings ----------------------------------------------------------------------------------------------------


def test_every_finding_is_in_the_reference_as_checking_has_it() -> None:
    rows = table(REFERENCE / "findings.md", "code")
    expected = [[f"`{d.code}`", d.severity.value, d.why, d.source] for d in defects()]
    missing = ["| " + " | ".join(row) + " |" for row in expected if row not in rows]
    assert rows == expected, "these lines are missing or differ in findings.md:\n" + "\n".join(missing)
    assert len(rows) == len(RULES) + len(LIVE_RULES)


def test_every_mistake_in_the_text_is_in_the_reference() -> None:
    page = (REFERENCE / "findings.md").read_text(encoding="utf-8")
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/zusage/promises").glob("*.py"))
    codes = set(re.findall(r'(?:_error|_refuse|_finding|mistake)\(\s*"([a-z-]+)"', source)) | set(
        re.findall(r'code="([a-z-]+)"', source)
    )
    assert {"yaml", "manifest", "reference"} <= codes
    assert codes <= set(_CODE.findall(page))


# -- conditions and periods --------------------------------------------------------------------------------------


def test_conditions_are_read_as_the_reference_says() -> None:
    for written, *rest in table(REFERENCE / "conditions.md", "written"):
        text, (said,) = _CODE.findall(written)[0], rest
        if said.startswith("`"):
            assert to_text(parse(text)) == said.strip("`"), text
        else:
            with pytest.raises(ConditionError, match=re.escape(said)):
                parse(text)


def test_periods_end_as_the_reference_says() -> None:
    zone = ZoneInfo("Europe/Berlin")
    for start, length, event, last, over in table(REFERENCE / "periods.md", "from"):
        point, period, day = StartingPoint.parse(start.strip("`")), Period.parse(length.strip("`")), date.fromisoformat(event)
        assert period.after(point.rounded(day)) == date.fromisoformat(last)
        midnight = datetime.fromisoformat(over).replace(tzinfo=zone)
        assert point.has_ended(day, period, midnight, zone)
        assert not point.has_ended(day, period, midnight - timedelta(seconds=1), zone)


def test_times_on_the_wall_mean_what_the_reference_says() -> None:
    for zone, at, means in table(REFERENCE / "periods.md", "stored in a system with `time_zone`"):
        expected = datetime.fromisoformat(means.removesuffix(" UTC")).replace(tzinfo=UTC)
        assert instant_of(datetime.fromisoformat(at), ZoneInfo(zone.strip("`"))) == expected


# -- formats, links, style ---------------------------------------------------------------------------------------


def test_every_kind_of_observation_is_in_the_reference_with_the_parts_that_it_has() -> None:
    said = dict(table(REFERENCE / "evidence-format.md", "`kind` of the observation"))
    parts = {name: set(_CODE.findall(words)) for names, words in said.items() for name in _CODE.findall(names)}
    kinds = {kind.__name__.lower(): set(kind.__dataclass_fields__) for kind in get_args(Observation)}
    assert parts.keys() == kinds.keys()
    for name in ("lines", "ownedfiles", "recipients", "steps", "papers", "trial", "withheld", "answered"):
        assert parts[name] <= kinds[name], name


def test_every_page_is_on_the_map() -> None:
    named = set(
        re.findall(r"\(((?:howto|reference|explanation|tutorial)/[^)#]+)\)", (DOCS / "README.md").read_text(encoding="utf-8"))
    )
    pages = {
        str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if page.parent.name in ("howto", "reference", "explanation")
    }
    assert "howto/answer-a-request.md" in pages
    assert pages <= named


@pytest.mark.parametrize("page", ["plan-format.md", "evidence-format.md"])
def test_the_formats_are_as_the_reference_shows_them(page: str, tmp_path: Path, warm_zusage: Path) -> None:
    tutorial_shop(tmp_path)
    with Shell(tmp_path, warm=warm_zusage) as shell:
        shell.page(REFERENCE / page)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(there), f"{page.name}: {target}"


def test_every_decision_says_context_decision_and_consequences() -> None:
    for page in (DOCS / "decisions").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert [word for word in ("**Context.**", "**Decision.**", "**Consequences.**") if word not in text] == [], page.name


def test_no_page_names_a_machine_or_a_registry() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"/(?:work|tmp|home)/|pypi\.|pythonhosted", text), page.name


# -- the README --------------------------------------------------------------------------------------------------


def test_the_commands_for_a_database_of_your_own_run(tmp_path: Path, warm_zusage: Path) -> None:
    """Each does what it says; what the draft leaves open is said with a verdict's or a finding's exit code, never with a traceback."""
    tutorial_shop(tmp_path)
    (tmp_path / "zusage.yaml").unlink()
    (tmp_path / "shop.sqlite3").rename(tmp_path / "your.sqlite3")
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Your own database")[1].split("\n## ")[0]
    lines = re.findall(r"^(zusage .*?)(?:  +#.*)?$", section, flags=re.M)
    assert [line.split()[1] for line in lines][:2] == ["init", "verify"]
    with Shell(tmp_path, warm=warm_zusage) as shell:
        for line in lines:
            code, printed = shell.run(line)
            text = "\n".join(printed)
            assert "unexpected" not in text, text
            assert "Usage:" not in text, text
            assert code in {"init": (0,), "verify": (1, 2), "check": (3,), "plan": (0, 3)}[line.split()[1]], text


def test_the_readme_names_every_kind_of_page() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in ("tutorial", "reference", "explanation", "decisions"):
        assert f"docs/{folder}" in text
