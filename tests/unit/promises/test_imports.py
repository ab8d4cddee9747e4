"""A manifest in several files."""

from pathlib import Path

import pytest

from zusage.promises.finding import Finding, ManifestError
from zusage.promises.loading import Loaded, load

MAIN = "zusage: 1\ncontroller: {name: Musterschild GmbH}\n"
CLASSES = "classes:\n  contact: {de: Kontakt, en: contact}\n"


def files(folder: Path, **texts: str) -> Path:
    """Files called after their keys; the first is the one to load."""
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(texts))}.yaml"


def refused(path: Path) -> tuple[Finding, ...]:
    with pytest.raises(ManifestError) as caught:
        load(path)
    return caught.value.findings


def place(finding: Finding) -> tuple[str, int, int]:
    return Path(finding.position.file).name, finding.position.line, finding.position.column


def test_sections_of_imported_files_join(tmp_path: Path) -> None:
    path = files(tmp_path, main=f"import: [a.yaml, b.yaml]\n{MAIN}", a=CLASSES, b="classes:\n  other: {de: Anderes, en: other}\n")
    assert list(load(path).manifest.classes) == ["contact", "other"]


def test_one_file_may_be_imported_without_a_list(tmp_path: Path) -> None:
    assert load(files(tmp_path, main=f"import: a.yaml\n{MAIN}", a=CLASSES)).manifest.classes


def test_a_folder_is_all_of_its_files(tmp_path: Path) -> None:
    files(tmp_path, main=MAIN, a=CLASSES)
    assert load(tmp_path).manifest.classes
    assert len(load(tmp_path).source.files) == 2


def test_a_file_that_two_import_is_read_once(tmp_path: Path) -> None:
    path = files(tmp_path, main=f"import: [a.yaml, b.yaml]\n{MAIN}", a="import: b.yaml\nzusage: 1\n", b=CLASSES)
    assert len(load(path).source.files) == 3


def test_the_same_file_under_two_names_is_read_once(tmp_path: Path) -> None:
    path = files(tmp_path, main=f"import: [a.yaml, ./sub/../a.yaml]\n{MAIN}", a=CLASSES)
    (tmp_path / "sub").mkdir()
    assert load(path).manifest.classes


@pytest.mark.parametrize(
    "texts", [{"main": f"import: main.yaml\n{MAIN}"}, {"main": f"import: a.yaml\n{MAIN}", "a": "import: main.yaml\n"}]
)
def test_a_circle_is_refused_where_it_closes(texts: dict[str, str], tmp_path: Path) -> None:
    (finding,) = refused(files(tmp_path, **texts))
    assert finding.code == "import-cycle"
    assert place(finding) == (f"{list(texts)[-1]}.yaml", 1, 9)


def test_a_missing_file_is_refused_where_it_is_imported(tmp_path: Path) -> None:
    (finding,) = refused(files(tmp_path, main=f"{MAIN}import:\n  - a.yaml\n  - gone.yaml\n", a=CLASSES))
    assert finding.code == "unreadable"
    assert place(finding) == ("main.yaml", 5, 5)


@pytest.mark.parametrize("value", ["5", "{a: b}", "[1]", "['']", "[[a.yaml]]", "true"])
def test_an_import_that_names_no_file_is_refused(value: str, tmp_path: Path) -> None:
    (finding,) = refused(files(tmp_path, main=f"{MAIN}import: {value}\n"))
    assert finding.code == "import"
    assert place(finding)[:2] == ("main.yaml", 3)


def test_the_mistakes_of_all_files_show_at_once(tmp_path: Path) -> None:
    path = files(tmp_path, main=f"import: [a.yaml, b.yaml, gone.yaml]\n{MAIN}", a="classes: {", b="\tx: 1\n")
    assert {(f.code, Path(f.position.file).name) for f in refused(path)} == {
        ("yaml", "a.yaml"),
        ("yaml", "b.yaml"),
        ("unreadable", "main.yaml"),
    }


def test_what_two_files_say_is_refused_at_the_second_beside_other_mistakes(tmp_path: Path) -> None:
    path = files(tmp_path, main=f"import: a.yaml\n{MAIN}{CLASSES}time_zone: UTC\n", a=f"time_zone: UTC\n{CLASSES}oops: 1\n")
    found = [(f.code, *place(f)) for f in refused(path)]
    assert found == [("said-twice", "a.yaml", 1, 1), ("said-twice", "a.yaml", 3, 3), ("manifest", "a.yaml", 4, 1)]


def test_both_files_may_say_the_version(tmp_path: Path) -> None:
    assert load(files(tmp_path, main=f"import: a.yaml\n{MAIN}", a=f"zusage: 1\n{CLASSES}"))


def joined_lists(folder: Path) -> Loaded:
    first = "superseded:\n  - {refs: [A], because: x}\n"
    second = "superseded:\n  - {refs: [B], because: y}\n  - refs: [C]\n    because: z\n"
    return load(files(folder, main=f"import: a.yaml\n{MAIN}{first}", a=second))


def test_lists_are_joined_and_every_item_keeps_its_place(tmp_path: Path) -> None:
    loaded = joined_lists(tmp_path)
    assert [one.refs for one in loaded.manifest.superseded] == [("A",), ("B",), ("C",)]
    places = [loaded.position("superseded", index, "because") for index in range(3)]
    assert [(Path(p.file).name, p.line, p.column) for p in places] == [("main.yaml", 5, 26), ("a.yaml", 2, 26), ("a.yaml", 4, 14)]


def test_a_mistake_in_a_joined_item_stands_where_it_was_written(tmp_path: Path) -> None:
    path = files(
        tmp_path,
        main=f"import: a.yaml\n{MAIN}superseded:\n  - {{refs: [A], because: x}}\n",
        a="superseded:\n  - {refs: [B], because: y}\n  - {refs: [C], becuase: z}\n",
    )
    assert ("a.yaml", 3, 17) in [place(finding) for finding in refused(path)]


def test_the_digest_changes_with_an_imported_file(tmp_path: Path) -> None:
    path = files(tmp_path, main=f"import: a.yaml\n{MAIN}", a=CLASSES)
    before = load(path).digest
    (tmp_path / "a.yaml").write_text(CLASSES + "# more\n", encoding="utf-8")
    assert load(path).digest != before


def test_the_digest_is_the_same_wherever_the_files_lie(tmp_path: Path) -> None:
    digests = set()
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        digests.add(load(files(tmp_path / name, main=f"import: a.yaml\n{MAIN}", a=CLASSES)).digest)
    assert len(digests) == 1


def test_an_empty_folder_is_no_manifest(tmp_path: Path) -> None:
    assert [finding.code for finding in refused(tmp_path)] == ["no-manifest"]
