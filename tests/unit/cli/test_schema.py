"""The JSON Schema of the manifest, against which editors complete and underline."""

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cli_world import MANIFEST, World
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

PLATE_SHOP = Path(__file__).parents[3] / "examples" / "plate_shop"
COMPACT = Path(__file__).parents[1] / "promises" / "compact.yaml"


def plain(value: Any) -> Any:
    """What an editor sees: mappings, lists, numbers and text."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def read(text: str) -> Any:
    return plain(YAML(typ="safe", pure=True).load(text))


@pytest.fixture(name="schema", scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return World(tmp_path_factory.mktemp("schema")).ok("schema").json


def test_it_is_a_json_schema_of_2020_with_an_id(schema: Any) -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith("https://")
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", [PLATE_SHOP / "zusage.yaml", PLATE_SHOP / "as-published.yaml", COMPACT], ids=lambda p: p.stem)
def test_a_manifest_that_loads_fits_the_schema(path: Path, schema: Any) -> None:
    Draft202012Validator(schema).validate(read(path.read_text(encoding="utf-8")))


#: what is added to a manifest that fits, or replaced in it: path and value
TYPOS: dict[str, tuple[str, Any]] = {
    "a misspelt section": ("activitys", {}),
    "a misspelt key of a rule": ("activities/orders/keep/0/at_mots", "P3Y"),
    "the field's inner name instead of from": ("activities/orders/keep/0/from_", "completed_at"),
    "an unknown legal basis": ("activities/orders/legal_basis", "art-6-1-x"),
    "a period in words": ("activities/orders/keep/0/at_most", "3 years"),
    "a period as a number": ("activities/orders/keep/0/at_most", 3),
    "a name with capitals": ("activities/Orders", {}),
    "a table without its system": ("activities/orders/data/purchase", {}),
    "a text in one language": ("activities/orders/title", {"de": "Bestellung"}),
    "a condition as a mapping": ("activities/orders/keep/0/only", {"value": True}),
    "a country in words": ("recipients/carrier/country", "Germany"),
    "an unknown role": ("recipients/carrier/role", "friend"),
    "another version of the language": ("zusage", 2),
    "a share above one": ("guard", {"share": 1.5}),
    "an import of a number": ("import", 5),
    "a controller as a text": ("controller", "Beispiel GmbH"),
    "a starting point that is none": ("activities/orders/keep/0/from", "end_of_week(completed_at)"),
    "a link without via": ("activities/orders/data/shop.purchase/of", "customer"),
}


@pytest.mark.parametrize("case", TYPOS)
def test_a_mistake_does_not_fit(case: str, schema: Any) -> None:
    path, value = TYPOS[case]
    manifest = copy.deepcopy(read(MANIFEST))
    validator = Draft202012Validator(schema)
    validator.validate(manifest)
    *outer, last = path.split("/")
    inner: Any = manifest
    for part in outer:
        inner = inner[int(part)] if part.isdigit() else inner[part]
    inner[last] = value
    assert not validator.is_valid(manifest)


@pytest.mark.parametrize("imported", ["orders.yaml", ["orders.yaml", "log.yaml"]])
def test_both_forms_of_import_fit(imported: Any, schema: Any) -> None:
    Draft202012Validator(schema).validate({**read(MANIFEST), "import": imported})


@pytest.mark.parametrize(
    "then", ["delete", {"anonymise": {"number": {}}}, {"anonymise": {"number": {"first": 3}}}, {"pseudonymise": ["number"]}]
)
def test_every_form_of_an_end_fits(then: Any, schema: Any) -> None:
    manifest = read(MANIFEST)
    manifest["activities"]["orders"]["keep"][0]["then"] = then
    Draft202012Validator(schema).validate(manifest)


def test_keys_are_explained_where_the_code_explains_them(schema: Any) -> None:
    keep = schema["$defs"]["Keep"]["properties"]
    assert "unknown counts as holding" in keep["unless"]["description"]
    assert "law data" in keep["duty"]["description"]
    assert "absurd" in schema["$defs"]["System"]["properties"]["plausible_from"]["description"]
    assert "system.table.column" in schema["properties"]["events"]["description"]
    assert schema["$defs"]["Controller"]["description"].startswith("The controller")


def test_a_file_that_others_import_need_not_say_everything(world: World) -> None:
    part = world.ok("schema", "--part").json
    Draft202012Validator(part).validate({"classes": {"contact": {"de": "Kontakt", "en": "contact"}}})
    assert not Draft202012Validator(part).is_valid({"clases": {}})
