"""A private nginx on the loopback: serves what a test describes, encrypted or not, and is gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from textwrap import indent

_PATIENCE = 10.0
_CONFIGURATION = """
{user}daemon off; worker_processes 1; pid {folder}/nginx.pid; {main}
events {{ worker_connections 256; }}
http {{
  {log}server_tokens off; default_type text/html; charset utf-8;
  types {{ text/html html; text/css css; application/javascript js; image/png png; font/woff2 woff2; }}
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{servers}
}}
"""


class Front:
    """One nginx. ``servers`` are its server blocks, as text; start it with ``with`` or ``start``.

    ``errors`` says where its errors go, as nginx's own directive. Requests are logged only where ``servers`` say how.
    """

    def __init__(self, folder: Path, servers: str, errors: str = "") -> None:
        self._folder, self._servers = folder, servers
        self._errors = errors or f"error_log {folder}/error.log warn;"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Front:
        """Start it; it answers on all its ports when this returns. Raises RuntimeError with what nginx said."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._write()
        self._process = subprocess.Popen(  # noqa: S603 - our own configuration
            [nginx(), "-p", str(self._folder), "-c", str(self._folder / "nginx.conf"), "-e", str(self._folder / "error.log")],
            stdin=subprocess.DEVNULL,
        )
        until = time.monotonic() + _PATIENCE
        while not (self._folder / "nginx.pid").exists():
            if self._process.poll() is not None or time.monotonic() > until:
                said = (self._folder / "error.log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"nginx did not start: {said[-500:]}")
            time.sleep(0.02)
        return self

    def close(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_PATIENCE)
            self._process = None
            (self._folder / "nginx.pid").unlink(missing_ok=True)

    def __enter__(self) -> Front:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self) -> None:
        text = _CONFIGURATION.format(
            user="user root;\n" if os.geteuid() == 0 else "",
            main=self._errors,
            log="" if "access_log" in self._servers else "access_log off; ",
            folder=self._folder,
            servers=indent(self._servers, "  "),
        )
        (self._folder / "nginx.conf").write_text(text, encoding="utf-8")


def nginx() -> str:
    """Where nginx is; raises RuntimeError where it is not installed."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise RuntimeError("there is no nginx here: tools/servers installs it")
    return found
