"""Programs of a private server: run as a user that it accepts, gone when we are, reached by nobody else."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .port import BackupUnreadable, RestorerMissing

_SECONDS = 60
_PDEATHSIG = 1
_SYSTEM = "/usr/sbin:/usr/local/sbin:/usr/sbin:/sbin"


def user_for(name: str) -> str | None:
    """The user whom a server runs as: its own where we are root, whom servers refuse; else ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(name).pw_name
    except KeyError:
        raise RestorerMissing(f"the user {name!r}", "the server's package, which makes it") from None


def program(name: str, package: str) -> str:
    """Where an installed program is. Raises RestorerMissing."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_SYSTEM}")
    if found is None:
        raise RestorerMissing(name, package)
    return found


def give(path: Path, user: str | None) -> None:
    """Let the server's user own a folder of ours; it passes through those above without seeing what is in them."""
    if user:
        path.parent.chmod(0o711)
        shutil.chown(path, user)


def run(words: Sequence[object], user: str | None, why: str, source: Path | None = None) -> str:
    """Run a program to its end and return what it printed. Raises BackupUnreadable; what it complained of may hold values."""
    with (source or Path(os.devnull)).open("rb") as stdin:
        done = subprocess.run(  # noqa: S603 - programs of the servers, named by us
            [str(word) for word in words], stdin=stdin, capture_output=True, check=False, cwd="/", env=_environment(), user=user
        )
    if done.returncode:
        raise BackupUnreadable(f"{why} (exit code {done.returncode})")
    return done.stdout.decode(errors="replace")


@contextmanager
def running(words: Sequence[object], user: str | None, end: signal.Signals, answers: Callable[[], bool]) -> Iterator[None]:
    """Run a server until the block ends; it ends with us even when we are killed. Raises BackupUnreadable."""
    process = subprocess.Popen(  # noqa: S603 - programs of the servers, named by us
        [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd="/", env=_environment(), user=user, preexec_fn=lambda: _die_with_us(end),
    )  # fmt: skip
    try:
        _wait(process, answers)
        yield
    finally:
        process.send_signal(end)
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], answers: Callable[[], bool]) -> None:
    last = time.monotonic() + _SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > last:
            raise RestorerMissing("a private server that starts", "the server again, and look into its own log")
        time.sleep(0.05)


def _die_with_us(end: signal.Signals) -> None:
    ctypes.CDLL(None).prctl(_PDEATHSIG, int(end))


def _environment() -> dict[str, str]:
    """Nothing of ours: neither where our own servers are nor any secret."""
    return {"PATH": f"{os.environ.get('PATH', '/usr/bin:/bin')}:{_SYSTEM}", "LC_ALL": "C.UTF-8"}
