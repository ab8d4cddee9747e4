"""Mistakes in a manifest: all at once, each at its place, each with what to write instead."""

from pathlib import Path

import pytest

from zusage.promises.finding import Finding, ManifestError, Position, printable
from zusage.promises.loading import Loaded, load

HERE = Path(__file__).parent
COMPACT = (HERE / "compact.yaml").read_text(encoding="utf-8")


def with_change(folder: Path, old: str, new: str) -> Path:
    assert COMPACT.count(old) >= 1, old
    path = folder / "zusage.yaml"
    path.write_text(COMPACT.replace(old, new, 1), encoding="utf-8")
    return path


def refused(path: Path) -> tuple[Finding, ...]:
    with pytest.raises(ManifestError) as caught:
        load(path)
    return caught.value.findings


def text_at(path: Path, position: Position) -> str:
    return path.read_text(encoding="utf-8").splitlines()[position.line - 1][position.column - 1 :]


CANARY = 'canary: {url: "http://x", outside: none, join: [{post: /join}], erase: [{post: /leave}]'

#: what is changed in the compact manifest, what is said, and what stands at the place
CASES: dict[str, tuple[str, str, str, str]] = {
    "an unknown key": ("    purpose:", "    porpose:", "unknown key 'porpose'; did you mean 'purpose'?", "porpose: *title"),
    "a key of another place": ("land: NW", "land: NW, purpose: x", "the key 'purpose' cannot stand here, but elsewhere in a manifest", "purpose: x"),
    "an unknown key inside brackets": ("land: NW", "lnad: NW", "unknown key 'lnad'; did you mean 'land'?", "lnad: NW"),
    "a missing key": ("    legal_basis: art-6-1-b\n", "", "'legal_basis' is missing here", "orders:"),
    "an inner name": ("        from:", "        from_:", "unknown key 'from_'; did you mean 'from'?", "from_: end_of"),
    "a period": ("P4Y", "4 years", "at_most: '4 years' is not a period; write an ISO 8601 duration such as P4Y, P6M, P14D or PT30M", "4 years"),
    "a period as a number": ("P4Y", "4", "at_most: expected text, found a number", "4"),
    "a starting point": ("end_of_year(completed_at)", "end_of_week(x)", "from: 'end_of_week(x)' is not a starting point", "end_of_week"),
    "a condition that writes": ("state = 'closed' AND", "state = 1; DROP TABLE x --", "only: more than one statement cannot stand in a condition", ""),
    "an unknown function": ("state = 'closed' AND", "rand() > 1 AND", "only: RAND is not known", "rand() > 1"),
    "a condition as a mapping": ("only: state = 'closed' AND NOT EXISTS (SELECT 1 FROM dispute WHERE dispute.order_id = shop_order.id)", "only: {value: true}", "only: expected a condition in SQL, found a mapping", "{value: true}"),
    "a link": ("customer via customer_id", "customer", "of: 'customer' is not a link; write: table via column", "customer"),
    "a word that is not one of several": ("art-6-1-b", "art-6-1-z", "legal_basis: input should be 'art-6-1-a'", "art-6-1-z"),
    "an unknown way to end": ("{anonymise: {name: {constant: \"-\"}, email: {first: 3}}}", "drop", "then: input should be 'delete'", "drop"),
    "a misspelt way to end": ("anonymise:", "anonymize:", "unknown key 'anonymize'; did you mean 'anonymise'?", "anonymize:"),
    "a misspelt key in one of two forms": ("{email: dsb@", "{emial: dsb@", "unknown key 'emial'; did you mean 'email'?", "emial: dsb"),
    "a name with capitals": ("  orders:", "  Orders:", "the key 'Orders' cannot stand here: a name begins with a small letter", "Orders:"),
    "a table without a system": ("shop.shop_order: {", "shop_order: {", "the key 'shop_order' cannot stand here: a table is written system.table", "shop_order"),
    "an undeclared system": ("{record: shop.customer}", "{record: shpo.customer}", "'shpo.customer' names no system of this manifest", "shpo.customer"),
    "an undeclared person": ("of: customer via", "of: client via", "'client' is not a kind of people here", "client via"),
    "an undeclared class": ("classes: {contact: [text]}", "classes: {letter: [text]}", "class 'letter' has no title", "[text]"),
    "a part of nothing": ("part_of: shop.shop_order via", "part_of: shop.order via", "'shop.order' is not data of this activity", "shop.order via"),
    "a part of itself": ("part_of: shop.shop_order via", "part_of: shop.order_note via", "'shop.order_note' is a part of itself", "shop.order_note via"),
    "a rule about another table": ("        data: shop.shop_order\n", "        data: shop.visit\n", "'shop.visit' is not data of this activity", "shop.visit"),
    "a password": ("${SHOP}", "postgresql://u:secret@h/d", "a password stands in the manifest", "\"postgresql"),
    "no time zone": ("zusage: 1", "zusage: 1\ntime_zone: Mars/Olympus", "'Mars/Olympus' is not a time zone", "Mars/Olympus"),
    "a key said twice": ("    purpose:", "    title: x\n    purpose:", "'title' is said twice here", "title: x"),
    "a tag": ("name: Musterschild GmbH", "name: !!python/name:os.system x", "the tag 'tag:yaml.org,2002:python/name:os.system' means nothing here", "!!python"),
    "a share above one": ("share: 0.2", "share: 2", "share: input should be less than or equal to 1", "2"),
    "a share that is no number": ("share: 0.2", "share: .nan", "share: input should be less than or equal to 1", ".nan"),
    "a store that is none": ("zusage: 1", f"zusage: 1\n{CANARY}, comes: {{shpo: [email]}}}}", "'shpo' is no store of this canary", "[email]"),
    "a canary that asks as nobody": ("zusage: 1", f"zusage: 1\n{CANARY}, access: [{{asks: client}}]}}", "'client' is no kind of people of this", "client}"),
    "a table of another system": ("zusage: 1", f"zusage: 1\n{CANARY}, unused: {{shpo.tax: x}}}}", "'shpo.tax' names no system of this manifest", "x}}"),
    "a colleague who is not there": ("zusage: 1", f"zusage: 1\n{CANARY}, use: [{{get: /, by: otto}}]}}", "canary: a step is done by otto", "{url"),
    "an escape": ("name: Musterschild GmbH", "name: \"a\\e[31m\"", "this text has a character that cannot be shown", "\"a"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_said_at_its_place(case: str, tmp_path: Path) -> None:
    old, new, what, at = CASES[case]
    path = with_change(tmp_path, old, new)
    found = [finding for finding in refused(path) if finding.what.startswith(what)]
    assert len(found) == 1, [finding.what for finding in refused(path)]
    assert text_at(path, found[0].position).startswith(at)
    assert found[0].why
    assert found[0].advice


#: mistakes that need another one to be looked at by itself: an unknown key is also a missing one
WITH_ANOTHER = {
    "an unknown key",
    "an inner name",
    "a misspelt key in one of two forms",
    "a misspelt way to end",
    "a rule about another table",
}


@pytest.mark.parametrize("case", sorted(set(CASES) - WITH_ANOTHER - {"an undeclared class", "a table without a system"}))
def test_one_mistake_is_one_finding(case: str, tmp_path: Path) -> None:
    old, new, _, _ = CASES[case]
    assert len(refused(with_change(tmp_path, old, new))) == 1


def test_mistakes_of_shape_and_of_reference_show_in_one_pass_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "zusage.yaml"
    text = COMPACT
    for case in ("an unknown key inside brackets", "an undeclared person", "a period", "a share above one", "no time zone"):
        old, new, _, _ = CASES[case]
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    found = refused(path)
    assert [finding.code for finding in found] == ["reference", "manifest", "reference", "manifest", "manifest"]
    assert [finding.position for finding in found] == sorted(finding.position for finding in found)


def test_the_place_inside_a_quoted_condition_is_that_of_the_character(tmp_path: Path) -> None:
    path = with_change(tmp_path, "state = 'closed' AND NOT EXISTS", '"a = 1 AND rand() = 2" #')
    (finding,) = refused(path)
    assert text_at(path, finding.position).startswith("rand() = 2")


def test_the_place_inside_a_folded_condition_is_its_beginning(tmp_path: Path) -> None:
    path = with_change(tmp_path, "only: state = 'closed' AND", "only: >-\n          a = 1 AND rand() = 2 AND\n         ")
    (finding,) = refused(path)
    assert text_at(path, finding.position).startswith(">-")


def loaded_with(folder: Path, old: str, new: str) -> Loaded:
    return load(with_change(folder, old, new))


def test_an_anchor_does_not_change_what_a_truth_value_is(tmp_path: Path) -> None:
    cookie = "cookies: {sid: {purpose: *title, necessary: &yes true}}\nguard:"
    assert loaded_with(tmp_path, "guard:", cookie).manifest.cookies["sid"].necessary is True


def test_merged_keys_yield_to_those_that_are_written(tmp_path: Path) -> None:
    merged = loaded_with(tmp_path, "    purpose: *title", "    purpose: {<<: *title, en: to contact you}")
    purpose = merged.manifest.activities["orders"].purpose
    assert (purpose.de, purpose.en) == ("Kontakt", "to contact you")


def test_a_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    lines = ["zusage: 1", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    path = tmp_path / "zusage.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [finding.code for finding in refused(path)] == ["too-deep"]


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"zusage: 1\na: \xff\n", "encoding", 2, 4),
        (b"zusage: 1\na: \x07\n", "yaml", 2, 4),
        (b"zusage: 1\rb: 1\ra: \x07\r", "yaml", 3, 4),
        (b"zusage: 1\r\na: \xc3\xa4\xff\n", "encoding", 2, 5),
        (b"zusage: 1\na: [\n", "yaml", 2, 4),
        (b"- 1\n", "not-a-mapping", 1, 1),
        (b"", "not-a-mapping", 1, 1),
        (b"zusage: 1\n---\nzusage: 1\n", "yaml", 2, 1),
        (b"zusage: 1\n? [a]\n: b\n", "yaml-key", 2, 3),
        (b"zusage: 1\nnull: b\n", "yaml-key", 2, 1),
        (b"zusage: &a 1\nb: &a 2\n", "yaml", 1, 1),
        (b"zusage: 1\na: " + b"[" * 5000, "too-deep", 1, 1),
        (b"zusage: 1\n" + b"#" * 4_000_001, "too-large", 1, 1),
    ],
)  # fmt: skip
def test_text_that_is_no_manifest_is_refused_with_its_place(
    content: bytes, code: str, line: int, column: int, tmp_path: Path
) -> None:
    path = tmp_path / "zusage.yaml"
    path.write_bytes(content)
    (finding,) = refused(path)
    assert finding.code == code
    assert (finding.position.line, finding.position.column) == (line, column)


def test_what_would_change_a_terminal_is_printed_as_an_escape() -> None:
    assert printable("a\x1b[31m‮b\n") == "a\\x1b[31m\\u202eb\\n"
    assert printable("Größe „x“") == "Größe „x“"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "zusage.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + COMPACT.encode())
    load(path)
