"""Configuration for Apache: its logs are piped through the filter, the error log too."""

from __future__ import annotations

import shlex

from .declared import NotProtected
from .formats import NAMED, NGINX, TEXTS


def apache(system: str, form: str, command: tuple[str, ...]) -> str:
    """The directives for one log. ``command`` is the filter with its words. Raises NotProtected."""
    piped = '"|' + shlex.join(command).replace("\\", "\\\\").replace('"', '\\"') + '"'
    if form in TEXTS:
        return f"ErrorLog {piped}\n"
    if form == "json" or (form not in NAMED and NGINX.search(form)):
        raise NotProtected(
            f"the log {system} has the format {form!r}, which is none of Apache. Write its LogFormat in the manifest."
        )
    name = f"zusage_{system.replace('-', '_')}"
    words = NAMED.get(form, form).replace('\\"', '"').replace("\\", "\\\\").replace('"', '\\"')
    return f'LogFormat "{words}" {name}\nCustomLog {piped} {name}\n'
