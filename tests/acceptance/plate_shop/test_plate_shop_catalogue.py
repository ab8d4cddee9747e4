"""The catalogue of what the shop published: every item is bound to a promise, superseded or explained, and none both bound and explained."""

import re
from datetime import date
from pathlib import Path

from zusage.promises.checking import check
from zusage.promises.derive import promises_of
from zusage.promises.loading import load

EXAMPLE = Path(__file__).parents[3] / "examples" / "plate_shop"


def test_every_item_of_the_catalogue_is_bound_or_explained():
    named = {item for file in EXAMPLE.glob("*.yaml") for item in re.findall(r"\bPS-\d{3}\b", file.read_text(encoding="utf-8"))}
    assert named == {f"PS-{number:03d}" for number in range(1, 239)}
    whole = load(EXAMPLE / "whole.yaml")
    assert not check(whole, date.today())
    explained = {item for one in whole.manifest.not_bound for item in one.refs}
    assert not explained & {item for promise in promises_of(whole.manifest) for item in promise.refs}
