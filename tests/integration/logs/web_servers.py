"""Real web servers on loopback with a configuration of ours, gone afterwards."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from zusage.testing.ports import free_port

_NGINX = """
USER
pid FOLDER/nginx.pid;
error_log FOLDER/start.log;
MORE_MAIN
events { worker_connections 64; }
http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Test-Client;
    client_body_temp_path FOLDER/t1; proxy_temp_path FOLDER/t2; fastcgi_temp_path FOLDER/t3; uwsgi_temp_path FOLDER/t4;
    scgi_temp_path FOLDER/t5;
MORE_HTTP
    server { listen 127.0.0.1:PORT; root FOLDER/www; location /forbidden/ { deny all; } }
}
"""
_APACHE = """
ServerRoot FOLDER
PidFile FOLDER/apache.pid
Listen 127.0.0.1:PORT
ServerName shop.example
LoadModule mpm_event_module MODULES/mod_mpm_event.so
LoadModule authz_core_module MODULES/mod_authz_core.so
LoadModule dir_module MODULES/mod_dir.so
DirectoryIndex index.html
LoadModule remoteip_module MODULES/mod_remoteip.so
DefaultRuntimeDir FOLDER
DocumentRoot FOLDER/www
RemoteIPHeader X-Test-Client
<Location /forbidden>
    Require all denied
</Location>
MORE
"""
_MODULES = Path("/usr/lib/apache2/modules")


def get(port: int, path: str, client: str, **headers: str) -> int:
    """Ask as if from an address; returns the status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(f"http://127.0.0.1:{port}{path}", headers={"X-Test-Client": client, **named})
    try:
        with urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


@contextmanager
def nginx(folder: Path, http: str, main: str = "") -> Iterator[int]:
    """A real nginx; what is given stands in its http context, or outside."""
    port = free_port()
    (folder / "www").mkdir(exist_ok=True)
    (folder / "www" / "index.html").write_text("hello\n")
    text = _NGINX.replace("MORE_HTTP", http).replace("MORE_MAIN", main).replace("FOLDER", str(folder)).replace("PORT", str(port))
    (folder / "nginx.conf").write_text(text.replace("USER", "user root;" if os.geteuid() == 0 else ""))
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    with running(command, folder, port):
        yield port


@contextmanager
def apache(folder: Path, more: str) -> Iterator[int]:
    """A real Apache; what is given stands at the end of its configuration."""
    port = free_port()
    (folder / "www").mkdir(exist_ok=True)
    (folder / "www" / "index.html").write_text("hello\n")
    text = (
        _APACHE.replace("MORE", more).replace("MODULES", str(_MODULES)).replace("FOLDER", str(folder)).replace("PORT", str(port))
    )
    text += "\nLoadModule unixd_module MODULES/mod_unixd.so\n".replace("MODULES", str(_MODULES)) if _is_apart("unixd") else ""
    (folder / "apache.conf").write_text(text)
    with running(["apache2", "-f", str(folder / "apache.conf"), "-DFOREGROUND"], folder, port):
        yield port


def _is_apart(module: str) -> bool:
    return (_MODULES / f"mod_{module}.so").exists()


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    path = f"/usr/sbin:{os.environ['PATH']}"
    with (folder / "server.out").open("wb") as out:
        server = subprocess.Popen(command, env={**os.environ, "PATH": path}, stdout=out, stderr=out)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > until:
                    raise AssertionError((folder / "server.out").read_text()) from None
                time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)
