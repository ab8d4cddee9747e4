"""The shop behind a real nginx: what its notice says of logs holds on the bytes that are stored."""

import gzip
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "integration" / "logs"))
import httpx
from plate_shop_world import Visitor, order
from web_servers import running

from zusage.bootstrap import opened
from zusage.testing.ports import free_port

EXAMPLE = Path(__file__).parents[3] / "examples" / "plate_shop"
ZUSAGE = str(Path(sys.executable).parent / "zusage")
FULL = ("203.0.113.77", "2001:db8:7:8::77", "198.51.100.23")
LOGGED = ("server-log/", "error-log/", "accounted/web", "kept-apart/log")


class Edge:
    """nginx before the shop, the filter of its error log, and the manifest of both."""

    def __init__(self, folder, shop):
        self.folder, self.logs, self.port = folder, folder / "logs", free_port()
        self.logs.mkdir()
        self.manifest = folder / "behind-nginx.yaml"
        for name in ("zusage.yaml", "weblog.yaml", "behind-nginx.yaml"):
            (folder / name).write_text((EXAMPLE / name).read_text())
        self._configure("access.conf", "weblogs")
        self._configure("error.conf", "weberrors", "--pipe", str(folder / "error.pipe"))
        text = (EXAMPLE / "nginx" / "shop.conf").read_text()
        for name, value in (("folder", folder), ("port", self.port), ("shop", shop)):
            text = text.replace(f"@{name}@", str(value))
        (folder / "nginx.conf").write_text(("user root;\n" if os.geteuid() == 0 else "") + text)

    def _configure(self, file, system, *more):
        command = [ZUSAGE, "logs", "configure", str(self.manifest), "--server", "nginx", "--system", system, *more]
        name = "access.log" if system == "weblogs" else "error.log"
        command += ["--log", str(self.logs / name)]
        (self.folder / file).write_text(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    @contextmanager
    def serving(self):
        pipe = self.folder / "error.pipe"
        os.mkfifo(pipe, 0o600)
        command = [ZUSAGE, "logs", "filter", str(self.manifest), "--system", "weberrors", "--from", str(pipe)]
        work = subprocess.Popen([*command, "--to", str(self.logs / "error.log")])
        try:
            self.wait(lambda: (self.logs / "error.log").exists())
            nginx = ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-g", "daemon off;"]
            with running(nginx, self.folder, self.port):
                yield
        finally:
            work.terminate()
            assert work.wait(60) == 0

    def wait(self, condition):
        until = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < until
            time.sleep(0.05)

    def stored(self):
        found = [path.read_bytes() for path in sorted(self.logs.iterdir())]
        return b"\n".join(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data for data in found).decode()

    def verdicts(self):
        with opened(self.manifest, self.folder / "own") as product:
            return {o.promise.id: o.judgement.verdict.value for o in product.verify() if o.promise.id.startswith(LOGGED)}


@pytest.fixture(scope="module")
def edge(world, tmp_path_factory):
    """A visit of two people: one looks around and has an address everywhere, one orders."""
    patch = pytest.MonkeyPatch()
    place = Edge(tmp_path_factory.mktemp("edge"), world.url)
    patch.setenv("SHOP_DATABASE_URL", f"sqlite:///{world.folder}/shop.db")
    patch.setenv("MAILBOX_DATABASE_URL", f"sqlite:///{world.folder}/mailbox.db")
    patch.setenv("SHOP_LOGS", str(place.logs))
    with place.serving():
        url = f"http://127.0.0.1:{place.port}"
        for client, more in ((FULL[0], {}), (FULL[1], {"Referer": f"https://from.example/?ip={FULL[2]}"})):
            headers = {"X-Forwarded-For": client, "User-Agent": "Browser/1.2.3.4", **more}
            assert httpx.get(f"{url}/?seen={FULL[2]}", headers=headers, trust_env=False).status_code == 200
            assert httpx.get(f"{url}/nirgends", headers=headers, trust_env=False).status_code == 404
            assert httpx.get(f"{url}/gesperrt", headers=headers, trust_env=False).status_code == 403
        buyers = []
        for _ in range(3):
            with Visitor(world) as buyer:
                buyer.base_url = url
                buyer.headers["X-Forwarded-For"] = FULL[0]
                buyers.append(order(world, buyer))
        place.buyers = buyers
        place.wait(lambda: place.stored().count("/bestellung/danke") >= 3 and place.stored().count("forbidden") >= 2)
    yield place
    patch.undo()


def test_no_full_address_is_stored_and_every_promise_about_logs_is_kept(edge):
    data = edge.stored()
    assert "203.0.113.0" in data
    assert "2001:db8:7:: " in data
    assert [full for full in FULL if full in data] == []
    assert data.count("client: 203.0.113.0,") == 1
    assert '"Browser/1.2.3.4"' in data
    assert set(edge.verdicts().values()) == {"kept"}
    assert len(edge.verdicts()) == 7


def test_nothing_that_a_customer_entered_or_was_given_stands_in_a_log(edge):
    data = edge.stored()
    for buyer in edge.buyers:
        assert [value for value in (*buyer.person.values(), buyer.number) if value in data] == []


@pytest.mark.parametrize(
    ("name", "days", "client", "broken"),
    [
        ("access.log.3.gz", 2, "203.0.113.77", "server-log/truncated-ip-address"),
        ("access.log.1", 15, "203.0.113.0", "server-log/lines/at-most"),
    ],
    ids=["a full address in a rotated .gz", "a line slipped in"],
)
def test_each_saboteur_breaks_its_promise_and_no_other(edge, name, days, client, broken):
    kept = edge.verdicts()
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
    line = f'{client} [{at}] "GET / HTTP/1.1" 200 5 "-" "-"\n'.encode()
    path = edge.logs / name
    path.write_bytes(gzip.compress(line) if name.endswith(".gz") else line)
    try:
        assert edge.verdicts() == {**kept, broken: "broken"}
    finally:
        path.unlink()
    assert edge.verdicts() == kept


def test_a_log_that_knows_a_customer_is_not_kept_apart(edge):
    kept = edge.verdicts()
    at = datetime.now(UTC).isoformat(timespec="seconds")
    path = edge.logs / "access.log.1"
    path.write_text(f'203.0.113.0 [{at}] "GET /?order={edge.buyers[0].number} HTTP/1.1" 200 5 "-" "-"\n')
    try:
        assert edge.verdicts() == {**kept, "kept-apart/log-and-customers": "broken"}
    finally:
        path.unlink()
