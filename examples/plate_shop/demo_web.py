"""The second demo: the shop's pages in a real Chromium behind a real nginx, kept as promised, and again with a tag that waits for nobody.

The browser also orders, and lets itself be passed on to the comparison portal. What nginx stored of it and of other visitors is
looked at too, and a line that is older than fourteen days goes.

Needs nginx and Chromium (``tools/servers`` installs them). Leaves the reports, with a picture of each situation, in ``demo-web/``.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from rich.console import Console

from .front import EXAMPLE, SHOP, Fronted, fronted

#: what a saboteur adds to the pages: a call to the advertiser as long as nobody has chosen, and nothing that forbids it
EAGER = (
    "proxy_hide_header Content-Security-Policy; sub_filter_once on; sub_filter '<title>' '"
    '<script>if (location.pathname === "/" && !/zusage=/.test(document.cookie))'
    ' new Image().src = "https://tags.werbenetz.example/pixel.gif"</script>'
    "<title>';"
)


#: visitors who come over addresses of their own, and a line that should be gone
VISITORS = ("203.0.113.77", "2001:db8:7:8::77")
LATE = '198.51.100.0 [{at}] "GET / HTTP/1.1" 200 5 "-" "-"\n'
_LOGS = ("server-log", "error-log")
_SHOWN = ("website", "cookie", "transport", *_LOGS)
_BEHIND = EXAMPLE / "behind-nginx.yaml"


def shown(console: Console, folder: Path, title: str, meddling: str) -> None:
    """One look at the shop as it stands, and the report of it."""
    folder.mkdir(parents=True)
    console.rule(title, align="left")
    with fronted(folder, meddling) as shop:
        _visited(shop)
        _judged(console, shop, _SHOWN)
        console.print("$ zusage website report website.yaml")
        _zusage(shop, "website", "report", "--out", str(folder / "report"))
        if not meddling:
            _logged(console, shop, folder)


def _judged(console: Console, shop: Fronted, wanted: tuple[str, ...], manifest: Path | None = None) -> None:
    console.print(f"$ zusage verify {(manifest or shop.manifest).name}")
    for one in json.loads(_zusage(shop, "verify", "--json", manifest=manifest)):
        if one["promise"].split("/")[0] in wanted:
            console.print(f"{one['verdict']:<10} {one['promise']:<34} {one['reason']}", soft_wrap=True)


def _visited(shop: Fronted) -> None:
    """Two people look for a page that there is not and for one that is closed, so that they stand in both logs."""
    with httpx.Client(verify=ssl.create_default_context(cafile=shop.authority), trust_env=False) as client:
        for address, asked in zip(VISITORS, ("", f"?von={VISITORS[0]}"), strict=True):
            headers = {"Host": SHOP, "X-Forwarded-For": address}
            for page in ("nirgends", "server-status"):
                client.get(f"https://127.0.0.1:{shop.secure}/{page}{asked}", headers=headers, extensions={"sni_hostname": SHOP})


def _logged(console: Console, shop: Fronted, folder: Path) -> None:
    """What is stored, and what becomes of a line that is over."""
    console.print(f"What nginx and the filter of its errors stored of visitors at {' and '.join(VISITORS)}:")
    for log in ("access.log", "error.log"):
        for line in [one for one in (shop.logs / log).read_text().splitlines() if "127.0.0.0" not in one]:
            console.print(f"  {line}", soft_wrap=True, markup=False)
    at = (datetime.now(UTC) - timedelta(days=20)).isoformat(timespec="seconds")
    (shop.logs / "access.log.2.gz").write_bytes(gzip.compress(LATE.format(at=at).encode()))
    console.print("A compressed log of three weeks ago turns up:")
    plan = str(folder / "plan.json")
    _judged(console, shop, _LOGS, _BEHIND)
    console.print("$ zusage plan behind-nginx.yaml && zusage apply behind-nginx.yaml plan.json")
    _zusage(shop, "plan", "--out", plan, manifest=_BEHIND)
    _zusage(shop, "apply", manifest=_BEHIND, more=(plan,))
    _judged(console, shop, _LOGS, _BEHIND)
    console.print(f"Files of the log: {', '.join(sorted(path.name for path in shop.logs.iterdir()))}")


def _zusage(shop: Fronted, *words: str, manifest: Path | None = None, more: tuple[str, ...] = ()) -> str:
    """What a command says; its verdicts about the shop's databases are not the point here."""
    own = ("--folder", str(shop.folder / ("logs-own" if manifest else ".zusage")))
    command = [sys.executable, "-m", "zusage", *words, *own, str(manifest or shop.manifest), *more]
    return subprocess.run(command, env={**os.environ, **shop.environment}, check=False, capture_output=True, text=True).stdout


def main() -> None:
    """Both looks."""
    console, folder = Console(highlight=False), Path(os.environ.get("ZUSAGE_DEMO_FOLDER", "demo-web")).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    shown(console, folder / "kept", "The shop's pages, its banner and its cookies as the manifest has them:", "")
    shown(console, folder / "broken", "The same with a tag that loads before anybody has chosen:", EAGER)
    console.print(f"Left to look at: {os.path.relpath(folder)}/kept/report and {os.path.relpath(folder)}/broken/report")


if __name__ == "__main__":
    main()
