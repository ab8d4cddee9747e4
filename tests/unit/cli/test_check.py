"""zusage check: what is wrong in a manifest, alone and beside the living systems."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_world import MANIFEST, World
from jsonschema import Draft202012Validator

from zusage.promises.checking import defects

SARIF = Path(__file__).parents[2] / "assets" / "sarif" / "sarif-2.1.0-subset.json"
WRONG = MANIFEST.replace("legal_basis: art-6-1-c", "legal_base: art-6-1-c").replace(
    "recipients: [carrier]", "recipients: [courier]"
)


def sarif_of(world: World, *arguments: str) -> Any:
    """The SARIF file of a check, which has the structure of the standard."""
    world.run("check", "zusage.yaml", "--sarif", "out.sarif", *arguments)
    content = json.loads((world.folder / "out.sarif").read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(SARIF.read_text(encoding="utf-8"))).validate(content)
    return content["runs"][0]


def test_a_manifest_without_errors_passes_although_it_has_warnings(world: World) -> None:
    ended = world.ok("check", "zusage.yaml")
    assert "0 errors, " in ended.out
    assert "no-officer" in ended.out


def test_strict_lets_warnings_count(world: World) -> None:
    assert world.run("check", "zusage.yaml", "--strict").code == 3


def test_a_finding_says_where_it_stands_why_it_matters_and_what_to_do(world: World) -> None:
    world.manifest.write_text(MANIFEST.replace("from: seen_at, ", ""), encoding="utf-8")
    ended = world.run("check", "zusage.yaml")
    assert ended.code == 3
    lines = ended.out.splitlines()
    number = next(n for n, line in enumerate(lines) if "no-starting-point" in line)
    line = next(n for n, text in enumerate(world.manifest.read_text(encoding="utf-8").splitlines(), 1) if "name: short" in text)
    assert lines[number].startswith(f"zusage.yaml:{line}:")
    assert lines[number + 1].startswith("    why: ")
    assert lines[number + 2].startswith("    do:  add from: ")


def test_mistakes_of_the_text_and_names_that_point_to_nothing_show_at_once(world: World) -> None:
    world.manifest.write_text(WRONG, encoding="utf-8")
    ended = world.run("check", "zusage.yaml")
    assert ended.code == 3
    assert "unknown key 'legal_base'; did you mean 'legal_basis'?" in ended.out
    assert "'legal_basis' is missing here" in ended.out
    assert "recipient 'courier' is not declared" in ended.out
    assert "3 errors, 0 warnings, 0 notes" in ended.out


def test_json_holds_the_same_findings(world: World) -> None:
    world.manifest.write_text(WRONG, encoding="utf-8")
    ended = world.run("check", "zusage.yaml", "--json")
    assert ended.code == 3
    assert [one["code"] for one in ended.json["findings"]] == ["reference", "manifest", "manifest"]
    assert {one["file"] for one in ended.json["findings"]} == {"zusage.yaml"}


def test_the_law_of_another_day_finds_other_errors(world: World) -> None:
    assert world.run("check", "zusage.yaml", "--on", "2026-01-15").code == 0
    ended = world.run("check", "zusage.yaml", "--on", "2020-01-15", "--json")
    assert ended.code == 3
    assert "below-duty" in {one["code"] for one in ended.json["findings"]}
    assert ended.json["on"] == "2020-01-15"


def test_no_database_is_needed_and_nothing_of_ours_is_made(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_SHOP_URL")
    world.database.unlink()
    world.ok("check", "zusage.yaml")
    assert not world.own.exists()


def test_checking_a_manifest_loads_neither_sqlalchemy_nor_django(world: World) -> None:
    program = (
        "import sys\nfrom zusage.cli import main\ntry:\n    main(['check', 'zusage.yaml'])\nexcept SystemExit as ended:\n"
        "    heavy = {'sqlalchemy', 'django', 'httpx', 'cryptography', 'jinja2', 'rich'} & {m.split('.')[0] for m in sys.modules}\n"
        "    print(ended.code, sorted(heavy), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=world.folder, capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "0 []"


def test_live_accounts_for_every_table_and_column(world: World) -> None:
    ended = world.ok("check", "zusage.yaml", "--live")
    assert "looked at 5 tables of shop" in ended.out
    assert not world.own.exists()


def test_a_new_column_or_table_without_a_purpose_fails_a_live_check(world: World) -> None:
    world.sql("ALTER TABLE customer ADD COLUMN shoe_size TEXT")
    world.sql("CREATE TABLE mood (id INTEGER PRIMARY KEY, person TEXT, customer_id INTEGER REFERENCES customer (id), email TEXT)")
    assert world.run("check", "zusage.yaml").code == 0
    ended = world.run("check", "zusage.yaml", "--live")
    assert ended.code == 3
    assert "no activity accounts for the column shop.customer.shoe_size [unaccounted-column]" in ended.out
    assert "no activity accounts for the table shop.mood [unaccounted-table]" in ended.out
    said = " ".join(ended.out.split())
    assert (
        "proposed for shop.mood: about people: email is about a person; of: customer via customer_id (a foreign key says so)"
        in said
    )
    assert "proposed for shop.customer.shoe_size: class " in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///not-there.sqlite3", "there is no such database file"),
        ("sqlite:///zusage.yaml", "the file is not an SQLite database"),
        ("sqlite:///.", "there is no such database file"),
        ("sqlite://", "there is no such database file"),
        ("nonsense", "its url is not a database address"),
        ("", "the environment variable TEST_SHOP_URL is not set"),
        ("oracle://u:Geheim@h/x", "does not speak"),
    ],
)
def test_a_system_that_cannot_be_looked_at_is_said_and_is_not_an_error_of_the_manifest(
    world: World, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("TEST_SHOP_URL", url)
    ended = world.run("check", "zusage.yaml", "--live")
    assert ended.code == 2
    assert said in ended.out
    assert "unexpected" not in ended.said
    assert "Geheim" not in ended.said
    assert "the tables of shop were not looked at [not-surveyed]" in ended.out


def test_a_damaged_database_is_said(world: World) -> None:
    content = bytearray(world.database.read_bytes())
    content[100:3000] = b"\xff" * 2900
    world.database.write_bytes(content)
    ended = world.run("check", "zusage.yaml", "--live")
    assert ended.code == 2
    assert "cannot be reached" in ended.out


def test_one_unreachable_system_does_not_hide_what_another_has(world: World) -> None:
    world.write()
    text = world.manifest.read_text(encoding="utf-8").replace("people:", '  depot: {url: "sqlite:///gone.sqlite3"}\npeople:', 1)
    world.manifest.write_text(text, encoding="utf-8")
    world.sql("CREATE TABLE mood (id INTEGER PRIMARY KEY, person TEXT)")
    ended = world.run("check", "zusage.yaml", "--live", "--json")
    assert ended.code == 3
    assert "unaccounted-table" in {one["code"] for one in ended.json["findings"]}
    assert ended.json["looked_at"] == {"shop": 6}
    assert list(ended.json["not_looked_at"]) == ["depot"]


def test_sarif_holds_every_finding_with_its_place_and_rule(world: World) -> None:
    world.sql("CREATE TABLE mood (id INTEGER PRIMARY KEY, person TEXT)")
    run = sarif_of(world, "--live")
    found = world.run("check", "zusage.yaml", "--live", "--json").json["findings"]
    assert len(run["results"]) == len(found) > 3
    for result, finding in zip(run["results"], found, strict=True):
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert rule["id"] == result["ruleId"] == finding["code"]
        assert (region["startLine"], region["startColumn"]) == (finding["line"], finding["column"])
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "zusage.yaml"
        assert result["level"] == finding["severity"]


def test_the_sarif_catalogue_has_every_rule_with_help(world: World) -> None:
    rules = sarif_of(world)["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {defect.code for defect in defects()}
    assert all(rule["help"]["text"].startswith("Why: ") and "\nDo: " in rule["help"]["text"] for rule in rules)


def test_mistakes_of_the_text_end_up_in_sarif_too(world: World) -> None:
    world.manifest.write_text(WRONG, encoding="utf-8")
    run = sarif_of(world)
    assert [result["ruleId"] for result in run["results"]] == ["reference", "manifest", "manifest"]


def test_a_file_elsewhere_has_an_address_of_its_own(world: World, tmp_path: Path) -> None:
    outside = tmp_path / "Verträge 100%.yaml"
    outside.write_text(WRONG, encoding="utf-8")
    world.run("check", outside, "--sarif", "out.sarif")
    content = json.loads((world.folder / "out.sarif").read_text(encoding="utf-8"))
    place = content["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place == outside.as_uri()
    assert place.endswith("Vertr%C3%A4ge%20100%25.yaml")


def test_the_same_manifest_gives_the_same_sarif(world: World) -> None:
    assert sarif_of(world, "--on", "2026-01-15") == sarif_of(world, "--on", "2026-01-15")
