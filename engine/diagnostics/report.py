"""A report as one HTML file: no script, no address outside itself, pictures inside as small copies, every word escaped.

Light or dark as the reader's system is. Colours are those of the window's themes.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path

from engine.diagnostics import drawing
from engine.errors import UserFixable
from engine.evidence import Advice, Cell, Groups, Measure, Measures, Pairs, Part, Plot, Report, Table
from engine.values import ItemCard

Cards = Callable[[Sequence[int]], list[ItemCard]]
Thumbnail = Callable[[int, int], bytes | None]
EDGE = 192  # pixels of a picture in the report
STYLE = Path(__file__).resolve().parents[2] / "resources" / "report.css"
MOST_PICTURES = 240  # a report stays a file that can be sent
WORDS = {"good": "good", "look": "look at this", "info": ""}


def write_report(report: Report, target: Path, cards: Cards, thumbnail: Thumbnail) -> Path:
    """Raises UserFixable when `target` cannot be written."""
    page = Page(report, cards, thumbnail).html()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(target.name + ".new")
        fresh.write_text(page, "utf-8")
        fresh.replace(target)
    except OSError as fault:
        raise UserFixable(
            f"“{target}” cannot be written.", "The report itself is kept.", "Choose another place."
        ) from fault
    return target


class Page:
    """One report on its way to becoming a page. Pictures beyond `MOST_PICTURES` are left out, and it says so."""

    def __init__(self, report: Report, cards: Cards, thumbnail: Thumbnail) -> None:
        self._report = report
        self._thumbnail = thumbnail
        self._cards = {card.id: card for card in cards(sorted(set(_ids_in(report.evidence.parts))))}
        self._shown = 0

    def html(self) -> str:
        report, evidence = self._report, self._report.evidence
        style = STYLE.read_text("utf-8")
        body = [
            f"<header><h1>{escape(evidence.headline)}</h1><p class=muted>{escape(self._about())}</p></header>",
            *(f"<p class=left>{escape(sentence)}</p>" for sentence in evidence.left_out),
            _advice(evidence.advice),
            *(f"<section><h2>{escape(part.title)}</h2>{self._part(part)}</section>" for part in evidence.parts),
            self._provenance(),
        ]
        return (
            "<!doctype html><html lang=en><head><meta charset=utf-8>"
            '<meta name=viewport content="width=device-width, initial-scale=1">'
            "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
            f"<title>{escape(report.title)}</title><style>{style}</style></head><body><main>"
            + "\n".join(part for part in body if part)
            + "</main></body></html>\n"
        )

    def _about(self) -> str:
        provenance = self._report.provenance
        at = time.gmtime(self._report.made_at)
        models = " against ".join(key for key, *_ in provenance.models)
        said = [
            self._report.title.rstrip("."),
            models,
            provenance.chosen or "whole library",
            f"{provenance.items:,} items",
            f"{at.tm_mday} {time.strftime('%B %Y, %H:%M', at)} UTC",
        ]
        return " · ".join(word for word in said if word)

    def _part(self, part: Part) -> str:
        if isinstance(part, Measures):
            return _note(part.note) + "".join(_measure(measure) for measure in part.measures)
        if isinstance(part, Table):
            return _note(part.note) + self._table(part)
        if isinstance(part, Plot):
            return _note(part.note) + drawing.plot(part)
        if isinstance(part, Pairs):
            return _note(part.note) + self._pairs(part)
        return _note(part.note) + self._groups(part)

    def _table(self, part: Table) -> str:
        pictured = len(part.item_ids) > 0
        head = "<th></th>" * pictured + "".join(
            f"<th{' class=r' * (place in part.right)}>{escape(title)}</th>" for place, title in enumerate(part.columns)
        )
        rows = []
        for number, row in enumerate(part.rows):
            cells = "".join(
                f"<td{' class=r' * (place in part.right)}>{_cell(cell)}</td>" for place, cell in enumerate(row)
            )
            item_id = part.item_ids[number] if pictured else None
            rows.append(f"<tr>{f'<td>{self._picture(item_id)}</td>' * pictured}{cells}</tr>")
        return f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"

    def _pairs(self, part: Pairs) -> str:
        shown = []
        for pair in part.pairs:
            scores = " · ".join(f"{escape(name)} {score:.3f}" for name, score in zip(part.scores, pair.scores))
            both = "".join(
                f"<figure>{self._picture(i)}<figcaption>{self._name(i)}</figcaption></figure>" for i in (pair.a, pair.b)
            )
            shown.append(f"<div class=pair><div class=both>{both}</div><p>{scores}</p></div>")
        return f"<p class=muted>{len(part.pairs):,} of {part.total:,}</p><div class=grid>{''.join(shown)}</div>"

    def _groups(self, part: Groups) -> str:
        shown = []
        for group in part.groups:
            members = "".join(
                f"<figure class={'keep' if member.keep else 'aside'}>{self._picture(member.item_id)}"
                f"<figcaption>{escape(member.path)}<br><b>{'keep' if member.keep else member.kind}</b>"
                f"{'' if member.keep else f' · {member.score:.3f}'}</figcaption></figure>"
                for member in group.members
            )
            shown.append(f"<div class=group><div class=both>{members}</div><p>{escape(group.why)}</p></div>")
        return f"<p class=muted>{len(part.groups):,} of {part.total:,}</p>{''.join(shown)}"

    def _picture(self, item_id: int | None) -> str:
        card = self._cards.get(item_id) if item_id is not None else None
        if card is None:
            return ""
        words = escape(card.name)
        if card.kind == "text":
            return f"<blockquote>{escape((card.text or card.name)[:200])}</blockquote>"
        data = self._thumbnail(card.id, EDGE) if self._shown < MOST_PICTURES else None
        if data is None:
            return f"<span class=none>{words}</span>"
        self._shown += 1
        kind = "webp" if data[8:12] == b"WEBP" else "png" if data[:4] == b"\x89PNG" else "jpeg"
        return f'<img alt="{words}" src="data:image/{kind};base64,{base64.b64encode(data).decode()}">'

    def _name(self, item_id: int) -> str:
        card = self._cards.get(item_id)
        return escape(card.name) if card else f"item {item_id}"

    def _provenance(self) -> str:
        told = self._report.provenance
        rows = [
            ("Made with", f"Sightline {told.version}, {told.diagnostic}"),
            *((f"Model {key}", f"weights {weights[:16]}, space {space[:16]}") for key, weights, space in told.models),
            ("Data", f"{told.items:,} items, snapshot {told.snapshot[:16]}"),
            ("Seed", str(told.seed)),
            *((name.replace("_", " "), str(value)) for name, value in told.parameters),
            ("Took", f"{self._report.seconds:.1f} s"),
        ]
        listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
        few = (
            ""
            if self._shown < MOST_PICTURES
            else f"<p class=muted>Only the first {MOST_PICTURES} pictures are inside.</p>"
        )
        return f"<footer><h2>Where this comes from</h2>{few}<dl>{listed}</dl></footer>"


def _measure(measure: Measure) -> str:
    value = "–" if measure.value is None else f"{measure.value:.3g}{escape(measure.unit)}"
    interval = f" <small>{measure.interval[0]:.3g} to {measure.interval[1]:.3g}</small>" if measure.interval else ""
    word = measure.word or WORDS[measure.verdict]
    chip = f"<span class='chip {measure.verdict}'>{escape(word)}</span>" if word else ""
    return (
        f"<div class=measure><div><b>{escape(measure.title)}</b><small>{escape(measure.says)}</small></div>"
        f"<div class=value>{value}{interval}</div>{drawing.gauge(measure)}<div>{chip}</div></div>"
    )


def _advice(advice: Sequence[Advice]) -> str:
    if not advice:
        return ""
    listed = "".join(f"<li><b>{escape(one.title)}</b><br>{escape(one.text)}</li>" for one in advice)
    return f"<section><h2>What to do about it</h2><ul>{listed}</ul></section>"


def _note(words: str) -> str:
    return f"<p class=muted>{escape(words)}</p>" if words else ""


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:,.3f}"
    return f"{cell:,}" if isinstance(cell, int) else escape(cell)


def _ids_in(parts: Sequence[Part]) -> Iterator[int]:
    for part in parts:
        if isinstance(part, Table):
            yield from (number for number in part.item_ids if number is not None)
        elif isinstance(part, Pairs):
            for pair in part.pairs:
                yield from (pair.a, pair.b)
        elif isinstance(part, Groups):
            for group in part.groups:
                yield from (member.item_id for member in group.members)
