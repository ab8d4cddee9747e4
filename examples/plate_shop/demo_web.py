"""The second demo: the shop's pages in a real Chromium behind a real nginx, kept as promised, and again with a tag that waits for nobody.

Needs nginx and Chromium (``tools/servers`` installs them). Leaves the reports, with a picture of each situation, in ``demo-web/``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from .front import Fronted, fronted

#: what a saboteur adds to the pages: a call to the advertiser as long as nobody has chosen, and nothing that forbids it
EAGER = (
    "proxy_hide_header Content-Security-Policy; sub_filter_once on; sub_filter '<title>' '"
    '<script>if (location.pathname === "/" && !/zusage=/.test(document.cookie))'
    ' new Image().src = "https://tags.werbenetz.example/pixel.gif"</script>'
    "<title>';"
)


def shown(console: Console, folder: Path, title: str, meddling: str) -> None:
    """One look at the shop as it stands, and the report of it."""
    folder.mkdir(parents=True)
    console.rule(title, align="left")
    with fronted(folder, meddling) as shop:
        console.print("$ zusage verify website.yaml    (what a browser and handshakes show of it)")
        for one in json.loads(_zusage(shop, "verify", "--json")):
            if one["promise"].split("/")[0] in ("website", "cookie", "transport"):
                console.print(f"{one['verdict']:<10} {one['promise']:<34} {one['reason']}", soft_wrap=True)
        console.print("$ zusage website report website.yaml")
        _zusage(shop, "website", "report", "--out", str(folder / "report"))


def _zusage(shop: Fronted, *words: str) -> str:
    """What a command says; its verdicts about the shop's empty databases are not the point here."""
    command = [sys.executable, "-m", "zusage", *words, str(shop.manifest)]
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
