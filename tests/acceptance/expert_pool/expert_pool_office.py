"""The office of the pool's requests beside the pool: served over HTTP behind its nginx, with a mail server, and a clock that can be put forward."""

import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path

import httpx
from tests.integration.listening import serving
from tests.integration.receivers import mail_server
from tests.trusted import TRUSTED

from expert_pool.front import EXAMPLE, POOL, fronted
from expert_pool.work import accounts
from zusage.bootstrap import opened
from zusage.office.cases.serving import service
from zusage.office.door.tending import tending
from zusage.rights.roles import Holder
from zusage.sealing import SigningKey

PASSWORD = "ein langes passwort"


@dataclass
class Office:
    """A pool, its office, and everybody's mailboxes."""

    pool: object
    manifest: Path
    mails: list[Message]
    key: SigningKey
    after: timedelta = timedelta()
    tokens: dict[str, str] = field(default_factory=dict)
    tender: object = None

    def clock(self):
        return datetime.now(UTC).replace(microsecond=0) + self.after

    @contextmanager
    def opened(self):
        with opened(self.manifest, self.pool.folder / "office", clock=self.clock) as product:
            yield product
            product.state.close()

    def register(self, given, email):
        number = accounts.register(
            self.pool.running.pool,
            {"given_name": given, "family_name": "Marker", "country": "DE", "email": email, "password": PASSWORD},
            "de",
        )
        with self.pool.running.pool.engine.begin() as connection:
            accounts.confirm(connection, number)
        return number

    def step(self, role, case, step, **more):
        """A step of the staff's program."""
        url = f"http://127.0.0.1:{self.pool.office}/office/cases/{case}/steps"
        answer = httpx.post(
            url, json={"step": step, **more}, headers=self._token(role), timeout=20, verify=TRUSTED, trust_env=False
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["state"]

    def shown(self, case):
        url = f"http://127.0.0.1:{self.pool.office}/office/cases/{case}"
        return httpx.get(url, headers=self._token("auditor"), timeout=20, verify=TRUSTED, trust_env=False).json()

    def _token(self, role):
        return {"Authorization": f"Bearer {self.tokens[role]}"}

    def to(self, address):
        return [mail.get_payload(decode=True).decode() for mail in self.mails if mail["To"] == address]


@contextmanager
def office(folder, patch):
    """The office for as long as the block runs."""
    with ExitStack() as stack:
        pool = stack.enter_context(fronted(folder, asking=True))
        server, mails = stack.enter_context(mail_server())
        for name, value in {**pool.environment, "POOL_MAIL_SERVER": server}.items():
            patch.setenv(name, value)
        key = SigningKey.generate(folder / "second.key", "second-person")
        text = (EXAMPLE / "zusage.yaml").read_text()
        named = f'guard:\n  approvers: ["{key.verifier.encode()}"]\n  share: 0.2'
        (folder / "zusage.yaml").write_text(text.replace("guard:\n  share: 0.2", named))
        shutil.copy(EXAMPLE / "standing.yaml", folder)
        made = Office(pool, folder / "zusage.yaml", mails, key)
        product = stack.enter_context(opened(made.manifest, folder / "office", clock=made.clock))
        for role in ("intake", "decider", "second", "auditor"):
            made.tokens[role] = product.state.holders.issue(Holder(name=f"{role}-1", role=role), made.clock())
        made.tender = stack.enter_context(tending(product, every=60))
        stack.enter_context(
            serving(service(product, made.tender.wake, lambda: made.tender.delayed, behind_proxy=True), pool.office)
        )
        yield made
        product.state.close()


@contextmanager
def browser(pool):
    """A Chromium that knows the pool's name; gives a way to a fresh page of it."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    rules = f"--host-resolver-rules=MAP {POOL}:443 127.0.0.1:{pool.secure}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", rules])

        def page(**more):
            context = chromium.new_context(base_url=f"https://{POOL}", ignore_https_errors=True, **more)
            context.set_default_timeout(20_000)
            return context.new_page()

        yield page
        chromium.close()
