"""``python -m plate_shop.demo`` on the databases of a MariaDB server, with the roles that the product asks for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.integration.servers import MariaDB

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_demo_on_mariadb_goes_from_broken_to_kept_with_roles_of_its_own(
    mariadb_server: MariaDB, tmp_path: Path, warm_zusage: Path
) -> None:
    folder = tmp_path / "demo"
    environment = {
        **os.environ,
        "PYTHONPATH": str(EXAMPLES),
        "ZUSAGE_DEMO_PROGRAM": str(warm_zusage / "zusage"),
        "ZUSAGE_DEMO_FOLDER": str(folder),
        "ZUSAGE_DEMO_CUSTOMERS": "25",
        "SHOP_DATABASE_URL": mariadb_server.database("demo_shop"),
        "MAILBOX_DATABASE_URL": mariadb_server.database("demo_mailbox"),
    }
    command = [sys.executable, "-m", "plate_shop.demo"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    first, second = re.findall(r"(\d+) kept, (\d+) broken, (\d+) undecided", done.stdout)
    assert int(first[1]) >= 8
    assert second[1:] == ("0", "0")
    assert "GRANT DELETE ON `demo_shop`" in done.stdout
    assert mariadb_server.run("SELECT count(*) FROM demo_shop.shop_order WHERE completed_at IS NOT NULL") != [(0,)]
