"""What was acknowledged outlives a kill, on SQLite and on PostgreSQL, and nothing that was recorded is changed."""

from __future__ import annotations

import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from consent_service import Service, manifest, running
from servers import Postgres, free_port

from zusage.bootstrap import opened
from zusage.evidence.verdict import Verdict

ROUNDS = int(os.environ.get("ZUSAGE_KILLS", "3"))


def hammer(service: Service, stop: threading.Event, kept: list[dict[str, Any]], told: dict[str, Any]) -> None:
    with httpx.Client(base_url=f"{service.url}/", timeout=10) as client:
        while not stop.is_set():
            try:
                answer = client.post("choices", json={**told, "subject": secrets.token_urlsafe(16)})
            except httpx.HTTPError:
                return
            if answer.status_code == 201:
                kept.append(answer.json())


def killed_at_random(service: Service, rounds: int) -> list[dict[str, Any]]:
    """What was acknowledged while the service was killed at random moments."""
    kept: list[dict[str, Any]] = []
    told = service.choice()
    for number in range(rounds):
        if number:
            service.start()
        stop = threading.Event()
        threads = [threading.Thread(target=hammer, args=(service, stop, kept, told)) for _ in range(6)]
        for thread in threads:
            thread.start()
        begun, patience = len(kept), time.monotonic() + 60
        while len(kept) < begun + 4 and time.monotonic() < patience:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.5))
        service.stop(signal.SIGKILL)
        stop.set()
        for thread in threads:
            thread.join()
    return kept


def ledger(folder: Path) -> tuple[Verdict, int]:
    with opened(folder / "zusage.yaml") as product:
        found = {one.promise.id: one.judgement.verdict for one in product.verify()}
        return found["consents/complete"], product.state.consents.head()[0]


def test_what_was_acknowledged_is_there_after_kill_9_at_random_moments(tmp_path: Path) -> None:
    with running(tmp_path, manifest(), "--per-minute", "0") as service:
        kept = killed_at_random(service, ROUNDS)
    assert len(kept) > 5 * ROUNDS
    with opened(tmp_path / "zusage.yaml") as product:
        for one in kept:
            assert product.state.consents.digests(one["number"]) is not None
            record = product.state.consents.named(one["receipt"])
            assert record is not None
            assert record.digest == one["digest"]
    verdict, records = ledger(tmp_path)
    assert verdict is Verdict.KEPT
    assert records >= len(kept)


LIAR = """
import sys
from concurrent.futures import Future
from pathlib import Path
import zusage.state.grouping as grouping
from zusage.consent.record import BEFORE_FIRST, Record, digest_of, drafted, linked

class Eager(grouping.Grouped):
    '''Acknowledges before anything is on disk: the records wait in memory for a quiet moment that never comes.'''
    def _commit(self, group):
        made = []
        for choice, _ in group:
            number, last = getattr(self, "last", (0, BEFORE_FIRST))
            ((name, content),) = drafted([choice])
            digest = linked(last, number + 1, choice.at, digest_of(content))
            self.last = (number + 1, digest)
            made.append(Record(number=number + 1, id=name, choice=choice, content=content,
                               content_digest=digest_of(content), digest=digest))
        self._acknowledged(made[-1])
        grouping._settle(group, made)

grouping.Grouped = Eager
from zusage.cli import main
main(sys.argv[1:])
"""


def test_a_consent_lost_by_kill_9_after_its_acknowledgement_turns_its_promise_red_and_no_other(tmp_path: Path) -> None:
    with running(tmp_path, manifest(), "--per-minute", "0") as service:
        assert service.post("choices", service.choice()).status_code == 201
    assert ledger(tmp_path) == (Verdict.KEPT, 1)
    liar = Service(tmp_path, free_port(), ("--per-minute", "0"))
    command = [sys.executable, "-c", LIAR, "consent", "serve", "--port", str(liar.port), "--per-minute", "0"]
    liar.process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(1200):
        try:
            told = liar.choice()
            break
        except httpx.HTTPError:
            time.sleep(0.05)
    acknowledged = [liar.post("choices", {**told, "subject": secrets.token_urlsafe(16)}).status_code for _ in range(3)]
    liar.stop(signal.SIGKILL)
    assert acknowledged == [201, 201, 201]
    with opened(tmp_path / "zusage.yaml") as product:
        found = {one.promise.id: one.judgement.verdict for one in product.verify()}
    broken = {promise for promise, verdict in found.items() if verdict is Verdict.BROKEN}
    assert broken == {"consents/complete"}


# -- on PostgreSQL -------------------------------------------------------------------------------------------------


def test_two_services_on_one_postgresql_extend_one_chain_and_outlive_kills(postgres_server: Postgres, tmp_path: Path) -> None:
    url = postgres_server.database("consents")
    with running(tmp_path, manifest(), "--per-minute", "0", ZUSAGE_STATE_URL=url) as one:
        other = Service(tmp_path, free_port(), ("--per-minute", "0"), {"ZUSAGE_STATE_URL": url})
        other.start()
        try:
            kept: list[dict[str, Any]] = []
            threads = [threading.Thread(target=lambda s: kept.extend(killed_at_random(s, 2)), args=(s,)) for s in (one, other)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            other.stop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZUSAGE_STATE_URL", url)
        verdict, records = ledger(tmp_path)
        assert verdict is Verdict.KEPT
        assert records >= len(kept) > 10
        assert len({one["number"] for one in kept}) == len(kept)
        with opened(tmp_path / "zusage.yaml") as product:
            assert all(product.state.consents.named(one["receipt"]) for one in kept)


def test_postgresql_itself_refuses_to_change_delete_or_empty_the_records(postgres_server: Postgres, tmp_path: Path) -> None:
    url = postgres_server.database("guarded")
    with running(tmp_path, manifest(), "--per-minute", "0", ZUSAGE_STATE_URL=url) as service:
        assert service.post("choices", service.choice()).status_code == 201
        assert service.zusage("consent", "erase", "--json").stdout.strip().endswith("}")
    for statement in ("UPDATE zusage_consent SET content = 'x'", "DELETE FROM zusage_consent", "TRUNCATE zusage_consent"):
        with pytest.raises(subprocess.CalledProcessError) as refused:
            postgres_server.run(statement, "guarded")
        assert "append-only" in refused.value.stderr
    assert postgres_server.run("SELECT count(*) FROM zusage_consent", "guarded") == "1"
