"""Runs a private nginx before the platform: its own folder, its own ports, nothing of the machine's own."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

CONFIG = Path(__file__).parent / "nginx" / "platform.conf"


class NoNginxError(Exception):
    """nginx is not installed, or it refuses its configuration."""


class Nginx:
    """One running nginx."""

    def __init__(self, folder: Path, values: Mapping[str, object]) -> None:
        self.logs = folder / "logs"
        self._config = folder / "nginx.conf"
        self.logs.mkdir(parents=True, exist_ok=True)
        self._config.write_text(_filled({"folder": folder, "logs": self.logs, **values}), encoding="utf-8")
        binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
        if binary is None:
            raise NoNginxError("nginx is not installed")
        self._command = [binary, "-p", str(folder), "-c", str(self._config), "-g", "daemon off;"]
        self._process = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        self._await(folder / "nginx.pid")

    def _await(self, pid: Path) -> None:
        until = monotonic() + 10
        while not (pid.exists() and pid.read_text().strip()):
            if self._process.poll() is not None or monotonic() > until:
                said = self._process.stderr.read() if self._process.poll() is not None else "it does not start"
                raise NoNginxError(said)
            sleep(0.02)

    @contextmanager
    def changed(self, change: Callable[[str], str]) -> Iterator[None]:
        """Runs with another configuration for a while; raises NoNginxError where the change changes nothing."""
        honest = self._config.read_text(encoding="utf-8")
        if change(honest) == honest:
            raise NoNginxError("the configuration is the same as before")
        try:
            self._reload(change(honest))
            yield
        finally:
            self._reload(honest)

    def _reload(self, text: str) -> None:
        self._config.write_text(text, encoding="utf-8")
        subprocess.run([*self._command[:-2], "-s", "reload"], check=True, capture_output=True)
        sleep(0.5)  # new workers take over

    def close(self) -> None:
        """Stops it."""
        self._process.terminate()
        self._process.wait(10)
        self._process.stderr.close()


def _filled(values: Mapping[str, object]) -> str:
    text = CONFIG.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text
