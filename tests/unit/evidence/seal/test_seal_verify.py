"""Offline verification: what is sound passes, whatever was changed is refused at the right step."""

import io
import runpy
import shutil
import tarfile
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seal_world import KEY, OTHER_KEY, WITNESS, cosign, files_of, flip, judge, make_log, numbered, steps
from tests.examples import examples

from zusage.evidence.seal import Verification, VerifierKey, WitnessKey, read_bundle, verify, verify_chain
from zusage.evidence.seal.errors import BundleUnreadable
from zusage.evidence.seal.tiles import decode_bundle, encode_bundle

ASSETS = Path(__file__).parents[3] / "assets" / "evidence"

# What each asset must be refused for; an empty list: it is sound.
EXPECTED = {
    "sound": [],
    "sound-closed": [7],
    "sound-successor": [7],
    "sound-with-an-interrupted-append": [],
    "sound-with-an-extra-file": [],
    "anchored-only-before-the-last-entries": [7],
    "checkpoint-file-missing": [1],
    "checkpoint-of-another-log": [2],
    "checkpoint-older-than-the-files": [6],
    "checkpoint-signature-broken": [2],
    "checkpoint-signed-by-a-stranger": [2],
    "checkpoint-unreadable": [1],
    "checkpoint-with-another-root": [5, 6, 7],
    "cosignature-forged": [7],
    "cosignature-missing": [7],
    "earlier-checkpoint-forged": [6, 7],
    "earlier-checkpoint-kept-under-another-number": [6],
    "earlier-checkpoint-of-another-history": [6],
    "empty-log": [3],
    "entries-swapped": [4, 5, 6],
    "entry-bit-flipped": [4, 5, 6],
    "entry-bundle-missing": [3],
    "entry-bundle-truncated": [3],
    "entry-removed": [3],
    "history-rewritten-and-signed-again": [7],
    "link-in-the-middle": [8],
    "predecessor-with-another-root": [7],
    "rolled-back": [],
    "tile-bit-flipped": [4],
    "tile-missing": [4],
    "tile-of-an-earlier-checkpoint-missing": [4],
}


def asset_keys() -> tuple[list[VerifierKey], WitnessKey, bytes]:
    keys = [VerifierKey.parse(line) for line in (ASSETS / "log.vkey").read_text().splitlines()]
    witness = WitnessKey.parse((ASSETS / "witness.vkey").read_text().strip())
    return keys, witness, (ASSETS / "since.checkpoint").read_bytes()


def asset(name: str, *, since: bool = False, predecessor: Verification | None = None) -> Verification:
    keys, witness, earlier = asset_keys()
    folder = ASSETS / name
    bundle = read_bundle(folder if folder.is_dir() else ASSETS / f"{name}.zip")
    return verify(bundle, keys=keys, since=earlier if since else None, witnesses=[witness], predecessor=predecessor)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_asset_is_refused_for_its_defect(name: str) -> None:
    verdict = asset(name)
    assert steps(verdict) == EXPECTED[name], [str(finding) for finding in verdict.findings]
    assert verdict.ok == (not EXPECTED[name])


@pytest.mark.parametrize("name", ["rolled-back", "history-rewritten-and-signed-again"])
def test_a_past_taken_back_by_the_key_holder_is_seen_from_an_earlier_checkpoint(name: str) -> None:
    assert 6 not in steps(asset(name))
    assert 6 in steps(asset(name, since=True))
    assert asset("sound", since=True).ok


def test_the_assets_form_a_chain_and_the_wrong_predecessor_breaks_it() -> None:
    keys, _, _ = asset_keys()
    closed, successor, wrong = (
        read_bundle(ASSETS / f"{name}.zip") for name in ("sound-closed", "sound-successor", "predecessor-with-another-root")
    )
    assert [verdict.ok for verdict in verify_chain([closed, successor], keys=keys)] == [True, True]
    assert [steps(verdict) for verdict in verify_chain([closed, wrong], keys=keys)] == [[], [8]]


def test_extra_files_and_leftovers_are_named() -> None:
    extra = [(finding.step, finding.where) for finding in asset("sound-with-an-extra-file").findings]
    left = [(finding.step, finding.where) for finding in asset("sound-with-an-interrupted-append").findings]
    assert extra == [(9, "summary.txt")]
    assert left == [(9, "incoming/0"), (9, "tile/0/000.p/9")]


def test_every_asset_is_expected_and_made_anew_with_the_same_bytes(tmp_path: Path) -> None:
    runpy.run_path(str(ASSETS / "make.py"))["make"](tmp_path)
    fresh = {path: data for path, data in files_of(tmp_path).items() if "__pycache__" not in path}
    stored = {
        path: data
        for path, data in files_of(ASSETS).items()
        if "__pycache__" not in path and path not in ("make.py", ".gitattributes")
    }
    assert fresh == stored
    names = {path.partition("/")[0].removesuffix(".zip") for path in stored}
    assert names - {"log.vkey", "witness.vkey", "since.checkpoint"} == set(EXPECTED)


# -- one mutation at a time --------------------------------------------------------------------------------------


@cache
def world() -> dict[str, bytes]:
    """A log of three checkpoints across a full tile, the newest cosigned."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        log = make_log(Path(folder) / "log", [numbered(0, 2), numbered(2, 258), numbered(258, 261)])
        cosign(log)
        return files_of(log.folder)


@cache
def old_checkpoint() -> bytes:
    return world()["checkpoints/258"]


def refused_or_reported(files: dict[str, bytes]) -> bool:
    """Cosignatures stand in two copies: changing one leaves the log anchored, and is reported."""
    verdict = judge(files, witnesses=[WITNESS])
    return not verdict.ok or any("bear different signatures" in finding.what for finding in verdict.findings)


def test_the_unchanged_world_is_sound() -> None:
    assert sorted(world()) == [
        "checkpoint",
        "checkpoints/002",
        "checkpoints/258",
        "checkpoints/261",
        "lock",
        "tile/0/000",
        "tile/0/001.p/2",
        "tile/0/001.p/5",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/2",
        "tile/entries/001.p/5",
    ]
    verdict = judge(world(), since=old_checkpoint(), witnesses=[WITNESS])
    assert (verdict.ok, verdict.anchored, verdict.size, verdict.findings) == (True, True, 261, ())


@settings(max_examples=examples(400), deadline=None)
@given(st.data())
def test_no_bit_of_any_file_can_be_changed(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(path for path in world() if world()[path])))
    bit = data.draw(st.integers(0, len(world()[path]) * 8 - 1))
    assert refused_or_reported({**world(), path: flip(world()[path], bit)})


@pytest.mark.parametrize("path", ["checkpoint", "checkpoints/002", "checkpoints/258", "checkpoints/261"])
def test_no_byte_of_any_checkpoint_can_be_changed(path: str) -> None:
    for at in range(len(world()[path])):
        assert refused_or_reported({**world(), path: flip(world()[path], at * 8 + at % 7)}), at


def test_no_change_outside_the_cosignature_is_merely_reported() -> None:
    for path in ("checkpoint", "checkpoints/261"):
        signed = world()[path].index(f"— {WITNESS.name}".encode())
        for at in range(signed):
            files = {**world(), path: flip(world()[path], at * 8 + at % 7)}
            assert not judge(files, witnesses=[WITNESS]).ok


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_no_file_can_be_cut_short(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(path for path in world() if world()[path])))
    length = data.draw(st.integers(0, len(world()[path]) - 1))
    assert refused_or_reported({**world(), path: world()[path][:length]})


@pytest.mark.parametrize("path", [path for path in sorted(world()) if path.startswith("tile/") or path == "checkpoint"])
def test_no_tile_can_be_deleted(path: str) -> None:
    assert steps(judge({name: data for name, data in world().items() if name != path})) in ([1], [3], [4])


@given(st.integers(0, 260), st.integers(0, 260), st.booleans())
@settings(max_examples=examples(60), deadline=None)
def test_no_entry_can_be_removed_swapped_or_doubled(first: int, second: int, repack: bool) -> None:
    entries = numbered(0, 261)
    for spoilt in (
        entries[:first] + entries[first + 1 :],
        [*entries[:first], entries[first], *entries[first:]],
        swapped(entries, first, second),
    ):
        files = {**world(), "tile/entries/000": encode_bundle(spoilt[:256])}
        files["tile/entries/001.p/5"] = encode_bundle(spoilt[256 : 261 if repack else None])
        assert judge(files).ok == (files == world())


def swapped(entries: list[bytes], first: int, second: int) -> list[bytes]:
    changed = list(entries)
    changed[first], changed[second] = changed[second], changed[first]
    return changed


def test_removed_entries_are_refused_even_when_the_tiles_are_computed_anew(tmp_path: Path) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 2), [*numbered(2, 100), *numbered(101, 259)], numbered(259, 262)], OTHER_KEY)
    forged = {path: data for path, data in files_of(log.folder).items() if path.startswith("tile/")}
    assert steps(judge({**world(), **forged})) == [5, 6]


def test_the_checkpoint_of_another_log_is_refused(tmp_path: Path) -> None:
    other = make_log(tmp_path / "other", [numbered(5, 266)])
    assert steps(judge({**world(), "checkpoint": other.signed_checkpoint()})) == [5]
    named = make_log(tmp_path / "named", [numbered(0, 261)], KEY.named("log.example/b"))
    verdict = verify(
        {**world(), "checkpoint": named.signed_checkpoint()}, keys=[KEY.verifier, KEY.named("log.example/b").verifier]
    )
    assert steps(verdict) == [6]


def test_an_older_checkpoint_of_the_same_log_is_refused_by_since() -> None:
    tidy = {path: data for path, data in world().items() if path != "checkpoints/261"}
    rolled_back = {**tidy, "checkpoint": old_checkpoint()}
    assert judge(rolled_back).ok  # nothing in the folder can tell
    assert steps(judge(rolled_back, since=world()["checkpoint"])) == [6]
    assert steps(judge({**world(), "checkpoint": old_checkpoint()})) == [6]


def test_a_checkpoint_whose_partial_tiles_became_full_verifies_from_the_full_ones() -> None:
    tidy = {path: data for path, data in world().items() if path not in ("checkpoints/261", "checkpoints/258")}
    verdict = judge({**tidy, "checkpoint": world()["checkpoints/002"]})
    assert (verdict.ok, verdict.size) == (True, 2)
    assert {finding.step for finding in verdict.findings} == {7, 9}


@pytest.mark.parametrize(
    "since", [b"", b"nonsense", b"\xff\n\n", OTHER_KEY.sign(b"log.example/evidence\n1\nx\n"), KEY.sign(b"text\n")]
)
def test_an_earlier_checkpoint_that_cannot_be_trusted_is_refused(since: bytes) -> None:
    assert steps(judge(world(), since=since)) == [6]


def test_without_keys_nothing_is_believed() -> None:
    assert steps(verify(world(), keys=[])) == [2]
    assert steps(verify(world(), keys=[OTHER_KEY.verifier])) == [2]


def test_a_log_without_required_witnesses_says_that_it_is_unanchored() -> None:
    verdict = judge(world())
    assert (verdict.ok, verdict.anchored, verdict.anchored_size) == (True, False, 0)
    assert verdict.findings[0].what.startswith("The log counts as unanchored")


def test_an_absurd_size_ends_quickly() -> None:
    text = b"log.example/evidence\n999999999999999999\n" + world()["checkpoint"].split(b"\n")[2] + b"\n"
    assert steps(judge({**world(), "checkpoint": KEY.sign(text)})) == [3]


def test_nothing_at_all_is_refused() -> None:
    assert steps(judge({})) == [1]
    assert not Verification().ok


def test_a_finding_says_what_where_why_and_what_to_do() -> None:
    finding = judge({}).findings[0]
    assert all([finding.what, finding.where, finding.why, finding.what_to_do])
    assert str(finding).startswith("[1] refused: checkpoint: There is no checkpoint.")


# -- the forms a bundle may have ---------------------------------------------------------------------------------


def zipped(path: Path, files: dict[str, bytes], top: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(top + name, data)
    return path


def tarred(path: Path, files: dict[str, bytes], top: str = "", mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(top + name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize("top", ["", "evidence/", "./"])
def test_archives_are_read_like_folders(tmp_path: Path, top: str) -> None:
    bundles = [
        zipped(tmp_path / "log.zip", world(), top),
        tarred(tmp_path / "log.tar", world(), top),
        tarred(tmp_path / "log.tgz", world(), top, "w:gz"),
    ]
    for path in bundles:
        assert dict(read_bundle(path)) == world()
        assert judge(read_bundle(path)).ok


@pytest.mark.parametrize("name", ["../checkpoint", "/checkpoint", "a/../../checkpoint"])
def test_archives_that_reach_outside_are_not_read(tmp_path: Path, name: str) -> None:
    for path in (zipped(tmp_path / "log.zip", {name: b""}), tarred(tmp_path / "log.tar", {name: b""})):
        with pytest.raises(BundleUnreadable):
            read_bundle(path)


def test_an_archive_with_two_files_of_one_name_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "log.tar"
    tarred(path, {"checkpoint": b"one"})
    tarred(path, {"./checkpoint": b"two"}, mode="a")
    with pytest.raises(BundleUnreadable, match="twice"):
        read_bundle(path)


def test_links_in_archives_are_not_followed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "log.tar", "w") as archive:
        info = tarfile.TarInfo("checkpoint")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(info)
    with pytest.raises(BundleUnreadable, match="plain file"):
        read_bundle(tmp_path / "log.tar")


def test_what_is_no_bundle_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("text")
    for path in (tmp_path / "text", tmp_path / "nowhere"):
        with pytest.raises(BundleUnreadable):
            read_bundle(path)


def test_a_damaged_archive_is_refused_rather_than_raised(tmp_path: Path) -> None:
    path = zipped(tmp_path / "log.zip", {"checkpoint": world()["checkpoint"], "tile/entries/000": b"a" * 9999})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"tile/entries/000") + 20] ^= 0xFF
    path.write_bytes(raw)
    verdict = judge(read_bundle(path))
    assert not verdict.ok
    assert steps(verdict) == [3]


def test_a_file_that_vanishes_while_it_is_verified_is_refused(tmp_path: Path) -> None:
    make_log(tmp_path / "log", [numbered(0, 3)])
    bundle = read_bundle(tmp_path / "log")
    shutil.rmtree(tmp_path / "log" / "tile" / "0")
    assert steps(judge(bundle)) == [3]
    shutil.rmtree(tmp_path / "log")
    assert not verify_chain([bundle], keys=[KEY.verifier])[0].ok


def test_bundles_are_what_was_sealed() -> None:
    assert decode_bundle(world()["tile/entries/001.p/5"], 5) == tuple(numbered(256, 261))
