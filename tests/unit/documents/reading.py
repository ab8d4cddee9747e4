"""How a reader sees the files: words, ids, links."""

from __future__ import annotations

from html.parser import HTMLParser

from markdown_it import MarkdownIt

VOID = {"meta", "link", "br", "hr", "img"}


class Reader(HTMLParser):
    """Collects what is visible and what could load something; fails on a tag that is not closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.seen: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice on {tag}"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"{tag} was never opened"
        assert self.open.pop() == tag, f"{tag} closed out of order"

    def handle_data(self, data: str) -> None:
        if "title" not in self.open:
            self.seen.append(data)

    @property
    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.tags if "id" in attrs]

    @property
    def words(self) -> list[str]:
        return " ".join(self.seen).split()


def html(text: str) -> Reader:
    return Reader(text)


def markdown(text: str) -> Reader:
    """Markdown as a reader of CommonMark with tables sees it."""
    return Reader(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def read(name: str, text: str) -> Reader:
    return html(text) if name.endswith(".html") else markdown(text)
