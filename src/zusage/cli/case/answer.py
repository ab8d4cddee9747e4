"""zusage case answer"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zusage.rights.case import WAYS, Way

from .. import options
from ..failing import KEPT
from ..written import WORDS
from .telling import tell

if TYPE_CHECKING:
    from zusage.documents import Language


@click.command("answer")
@options.manifest_then("case", "CASE")
@click.option("--way", type=click.Choice(WAYS), required=True, help="How the person gets it.")
@click.option(
    "--words",
    type=WORDS,
    default="",
    help="What the person is told: the letter; where it says by itself what was done, what you add to it. Kept apart from the record.",
)
@click.option(
    "--with",
    "beside",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A file, or a folder such as `zusage person access --to` wrote, that goes with a mailed link or lies behind the login.",
)
@click.option("--language", type=click.Choice(["de", "en"]), help="Of the letter and the copy; else the one in which they asked.")
@options.taker
@options.folder
@options.json_output
def answer(
    manifest: Path,
    case: str,
    way: Way,
    words: str,
    beside: tuple[Path, ...],
    language: Language | None,
    by: str | None,
    token: str,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Give the person the answer, or note how you gave it.

    \b
      mailed-link  a mail with a link that is good once and leads to the answer; the mail itself says nothing of it
      login        it lies ready in the public page for whoever is logged in at the service
      e-mail, post, in-person, orally
                   you have given it yourself, in this way

    Of a request for access or portability the copy or package is made now, unless --with names what you have looked at. What plans of an
    erasure took, what stays, why and until when is said by itself, and so is what was ordered in the case and done. The case is
    answered once a mail server has taken the mail; until then the clock runs. `zusage case undelivered` notes that it came back.

    Exit code: 0 on its way or noted, 2 a system cannot be looked at, 3 the case is not that far, or there is no such way here.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.cases.staff import taker
    from zusage.bootstrap.cases.stepping import step

    with opened(manifest, folder) as product:
        who = taker(product, by, token, lambda holder: holder.may("answer"))
        files = dict(_files(beside))
        tell(step(product, case, "answer", who, words=words, way=way, beside=files, language=language), as_json=as_json)
    return KEPT


def _files(given: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    for path in given:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (
            (str(one.relative_to(path if path.is_dir() else path.parent)), one.read_bytes()) for one in found if one.is_file()
        )
