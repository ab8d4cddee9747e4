"""The interface of cases as its own process serves it, and a token for each role."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.trusted import TRUSTED
from zusage.bootstrap import opened
from zusage.rights.roles import ROLES, Holder
from zusage.testing.ports import free_port


@dataclass
class Office:
    """A served office, and a token for each role."""

    folder: Path
    url: str
    tokens: dict[str, str]
    server: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [str(Path(sys.executable).parent / "zusage"), "case", "serve", str(self.folder / "zusage.yaml")]
        command += ["--port", self.url.rpartition(":")[2]]
        self.server.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ))
        for _ in range(600):
            try:
                assert httpx.get(f"{self.url}/office/health", verify=TRUSTED, trust_env=False).json() == {"ok": True}
                return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the office does not answer")

    def call(self, role: str, method: str, path: str, **more: Any) -> httpx.Response:
        """One call, with the token of a role, or with this token."""
        headers = {"Authorization": f"Bearer {self.tokens.get(role, role)}", **more.pop("headers", {})}
        return httpx.request(
            method, f"{self.url}/office{path}", headers=headers, timeout=20, verify=TRUSTED, trust_env=False, **more
        )

    def step(self, role: str, case: str, step: str, **more: Any) -> httpx.Response:
        """A step of a case."""
        return self.call(role, "POST", f"/cases/{case}/steps", json={"step": step, **more})

    def order(self, case: str, operation: str, role: str = "decider", **more: Any) -> httpx.Response:
        """Order something in a case."""
        return self.call(role, "POST", f"/cases/{case}/operations", json={"operation": operation, **more})

    def agree(self, case: str, number: int, role: str = "second") -> httpx.Response:
        """Agree to what was ordered."""
        return self.call(role, "POST", f"/cases/{case}/operations/{number}/agreement")

    def open(self, right: str = "access", person: str = "customer=1") -> str:
        """A new case; its number."""
        found = self.call("intake", "POST", "/cases", json={"right": right, "person": person, "words": "Marker Otter asks"})
        assert found.status_code == 201, found.text
        return str(found.json()["case"])

    def decided(self, right: str, person: str) -> str:
        """A case in which somebody has shown who asks, and that was granted."""
        case = self.open(right, person)
        assert self.step("intake", case, "identify", how="login").status_code == 200
        assert self.step("decider", case, "grant").status_code == 200
        return case


@contextmanager
def serving(folder: Path) -> Iterator[Office]:
    """Serve the manifest of a folder."""
    with opened(folder / "zusage.yaml") as product:
        tokens = {role: product.state.holders.issue(Holder(name=f"{role}-1", role=role), product.clock()) for role in ROLES}
    office = Office(folder, f"http://127.0.0.1:{free_port()}", tokens)
    office.start()
    try:
        yield office
    finally:
        office.server[-1].terminate()
        office.server[-1].wait()
