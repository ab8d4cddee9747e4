"""Whether the connection to a database is encrypted, as real servers say it themselves."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.servers import Postgres, postgres_server
from zusage.bootstrap import opened
from zusage.testing.authority import Authority


def verdict(folder: Path, url: str) -> tuple[str, str]:
    """Of the promise that the connection is encrypted."""
    manifest = folder / "zusage.yaml"
    manifest.write_text(f'zusage: 1\ncontroller: {{name: x}}\nsystems:\n  shop: {{url: "{url}", encrypted: true}}\n')
    os.environ["LOOKED_AT"] = url
    manifest.write_text('zusage: 1\ncontroller: {name: x}\nsystems:\n  shop: {url: "${LOOKED_AT}", encrypted: true}\n')
    with opened(manifest, folder / "own") as product:
        found = {one.promise.id: one.judgement for one in product.verify()}["transport/shop/encrypted"]
    return found.verdict.value, found.reason
