"""The access log: one line for a request in the combined format, one file for a day, no name and no session."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path


class AccessLog:
    """Stands before the pages and writes down each request after it was answered."""

    def __init__(self, app: Callable, folder: Path) -> None:
        self._app, self._folder = app, folder
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        status: list[str] = []
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "/")

        def start(code: str, headers: list, exc_info: object = None) -> object:
            status[:] = [code.split()[0], dict(headers).get("Content-Length", "-")]
            return start_response(code, headers, exc_info) if exc_info else start_response(code, headers)

        body = self._app(environ, start)
        self._write(environ, _without_tokens(path), *status)
        return body

    def _write(self, environ: dict, path: str, code: str = "-", size: str = "-") -> None:
        now = datetime.now(UTC)
        asked = f"{environ.get('REQUEST_METHOD')} {path} {environ.get('SERVER_PROTOCOL')}"
        line = (
            f'{environ.get("REMOTE_ADDR", "-")} - - [{now:%d/%b/%Y:%H:%M:%S +0000}] "{asked}" {code} {size} '
            f'"{environ.get("HTTP_REFERER", "-")}" "{environ.get("HTTP_USER_AGENT", "-")}"\n'
        )
        with (self._folder / f"access-{now:%Y-%m-%d}.log").open("a", encoding="utf-8") as file:
            file.write(line)


def _without_tokens(path: str) -> str:
    """Links that open something by themselves are written without their tokens, numbers of people without the number."""
    parts = path.split("/")
    return "/".join("-" if len(part) >= 32 or part.isdigit() else part for part in parts)
