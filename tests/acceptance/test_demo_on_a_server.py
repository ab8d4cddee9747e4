"""``python -m plate_shop.demo`` on the databases of a server, with the roles that the product asks for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.integration.servers import Postgres

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_demo_on_postgresql_goes_from_broken_to_kept_with_roles_of_its_own(
    postgres_server: Postgres, tmp_path: Path, warm_zusage: Path
) -> None:
    folder = tmp_path / "demo"
    environment = {
        **os.environ,
        "PYTHONPATH": str(EXAMPLES),
        "ZUSAGE_DEMO_PROGRAM": str(warm_zusage / "zusage"),
        "ZUSAGE_DEMO_FOLDER": str(folder),
        "ZUSAGE_DEMO_CUSTOMERS": "60",
        "SHOP_DATABASE_URL": postgres_server.database("demo_shop"),
        "MAILBOX_DATABASE_URL": postgres_server.database("demo_mailbox"),
    }
    command = [sys.executable, "-m", "plate_shop.demo"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    first, second = re.findall(r"(\d+) kept, (\d+) broken, (\d+) undecided", done.stdout)
    assert int(first[1]) >= 10
    assert second[1:] == ("0", "0")
    assert "GRANT CONNECT" in done.stdout
    assert postgres_server.run("SELECT count(*) FROM shop_order WHERE completed_at IS NOT NULL", "demo_shop") != "0"
    assert (folder / "environment").stat().st_mode & 0o077 == 0
