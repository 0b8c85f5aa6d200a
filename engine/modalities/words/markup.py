"""The words of an HTML page and of Markdown, on the lines where they stand. Nothing of a page is run or fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

UNSHOWN = frozenset(
    ["script", "style", "template", "noscript", "head", "svg", "math", "object", "iframe", "textarea", "select"]
)
BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "hr",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "tr",
        "td",
        "th",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "blockquote",
        "pre",
        "form",
        "figure",
        "figcaption",
        "title",
        "body",
    ]
)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: dict[int, list[str]] = {}
        self._unshown: list[str] = []
        self.breaks: set[int] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in UNSHOWN:
            self._unshown.append(tag)
        if tag in BLOCKS:
            self.breaks.add(self.getpos()[0])
            self._add("\n")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unshown:
            while self._unshown.pop() != tag:
                pass
        if tag in BLOCKS:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        if not self._unshown:
            self._add(data)

    def _add(self, words: str) -> None:
        self.lines.setdefault(self.getpos()[0], []).append(words)


def words_of_html(text: str) -> list[tuple[int, str]]:
    """(line, words) of each block of a page, in order."""
    reader = _Words()
    reader.feed(text)
    reader.close()
    found: list[tuple[int, str]] = []
    held: list[str] = []
    began = 1
    for line in sorted(reader.lines):
        for part in reader.lines[line]:
            if part == "\n":
                if joined := " ".join("".join(held).split()):
                    found.append((began, joined))
                held = []
                continue
            if not "".join(held).strip():
                leading = len(part) - len(part.lstrip())
                began = line + part[:leading].count("\n")
            held.append(part)
    if joined := " ".join("".join(held).split()):
        found.append((began, joined))
    return found


def words_of_markdown(text: str) -> str:
    """Markdown without its marks, line for line."""
    text = re.sub(r"^---\n.*?\n---\n", lambda block: "\n" * block.group().count("\n"), text, count=1, flags=re.DOTALL)
    text = re.sub(r"!?\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)", r"\1", text)
    text = re.sub(r"^[ \t]{0,3}(#{1,6}|>|[-*+]|\d{1,4}[.)])[ \t]+", "", text, flags=re.MULTILINE)
    text = re.sub(r"^[ \t]*([-*_=][ \t]*){3,}$", "", text, flags=re.MULTILINE)
    return re.sub(r"(\*\*|__|`+|~~)", "", text)
