"""A pool in which a canary flies: people and offers of the generator, one vacancy and one training more, staff with a password."""

from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ruamel.yaml import YAML
from sqlalchemy import event, select

from expert_pool import schema
from expert_pool.generate import generate
from expert_pool.pool import Settings
from expert_pool.trial import prepare
from expert_pool.web.app import create_app
from plate_shop.standins.served import Served, listen
from zusage.bootstrap import opened
from zusage.bootstrap.canary.flight import fly
from zusage.testing.authority import Authority
from zusage.testing.other_controller import other_controller

EXAMPLE = Path(__file__).parents[3] / "examples" / "expert_pool"
#: where a flight leaves something of its own: figures, codes, what is detached from whoever it was, and the sessions of its staff
NEW = {"deletion_register", "consent", "audit", "comment", "message", "recipient_notice", "web_session"}


class Trial:
    """The pool, and what the environment must say."""

    def __init__(self, folder, url, people=40):
        self.folder, bound = folder / "pool", listen()
        self.folder.mkdir()
        generate(url, self.folder, people=people, years=3)
        self.url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        app = create_app(Settings(url=url, folder=self.folder, public_url=self.url))
        self.pool = app.extensions["expert_pool"].pool
        if url.startswith("sqlite"):
            self.pool.engine.dispose()
            event.listen(self.pool.engine, "connect", lambda c, _: c.execute("PRAGMA synchronous = OFF"))
        self._served, self._around = Served(app, bound), ExitStack()
        self.other = self._around.enter_context(other_controller(folder / "taken", Authority(folder / "authority")))
        self.environment = prepare(self.pool) | self.other.environment

    def close(self):
        self._around.close()
        self._served.close()
        self.pool.engine.dispose()

    def rows(self):
        """Each row of each table, as often as it is there."""
        with self.pool.engine.connect() as connection:
            return {
                table.name: Counter(tuple(row) for row in connection.execute(select(table)))
                for table in schema.pool.sorted_tables
            }

    def files(self):
        """Path → content; the log of accesses is everybody's."""
        paths = (path for path in self.folder.rglob("*") if path.is_file() and path.parent.name != "logs")
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in paths}

    @contextmanager
    def listening(self, heard):
        """Be told of each statement that the pool sends to its database."""
        event.listen(self.pool.engine, "before_cursor_execute", heard)
        try:
            yield
        finally:
            event.remove(self.pool.engine, "before_cursor_execute", heard)


def short(folder, **more):
    """The trial of the pool with few of its steps, for what needs no more; a manifest beside copies of what it imports."""
    for name in ("zusage.yaml", "standing.yaml"):
        (folder / name).write_text((EXAMPLE / name).read_text())
    yaml = YAML()
    content = yaml.load(EXAMPLE / "canary.yaml")
    canary = content["canary"]
    wanted = ("/ich/profil", "/ich/dokumente", "/ich/referenzen")
    canary["use"] = [step for step in canary["use"] if step.get("post") in wanted]
    canary["access"] = [step for step in canary["access"] if "asks" not in step]  # printing what they ask for takes long
    for name in ("staff", "comes", "unused", "portability", "transfers"):
        del canary[name]
    canary.update(more)
    with (folder / "canary.yaml").open("w") as file:
        yaml.dump(content, file)
    return folder / "canary.yaml"


def flown(manifest, state, later=timedelta()):
    with opened(manifest, state, clock=lambda: datetime.now(UTC).replace(microsecond=0) + later) as product:
        return fly(product)


def judged(run, verdict):
    return {one.promise.id: one.judgement.reason for one in run.landed if one.judgement.verdict.value == verdict}
