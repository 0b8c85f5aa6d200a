"""XMP as photo programs write it, inside pictures and in sidecars beside them: words, tags, stars, flag and colour label.

Fields: dc:subject, digiKam:TagsList (a path such as `people/Ada` gives its last part), dc:description and dc:title, xmp:Rating
(-1 is a reject), xmp:Label (Lightroom's colour names), digiKam:PickLabel (1 reject, 3 pick).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Plain

from engine.modalities.reading import Caption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

NAMES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
LABELS = {"red": 6, "yellow": 7, "green": 8, "blue": 9}
PICKS = {"1": -1, "3": 1}
LONGEST_TAG = 200


@dataclass(frozen=True)
class Said:
    """What a packet says of its picture. None and 0 where it says nothing."""

    captions: tuple[Caption, ...] = ()
    tags: tuple[str, ...] = ()
    stars: int = 0  # 0-5
    flag: int = 0  # 1 pick, -1 reject
    label: int = 0  # 6-9


def read(packet: str) -> Said:
    """Raises `ValueError` for what is not XML, or tries to be more than that."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    try:
        tree = ElementTree.fromstring(packet.strip("\0 \n\r\t\ufeff"))
    except (Plain.ParseError, DefusedXmlException) as fault:
        raise ValueError(str(fault)) from fault
    captions: list[Caption] = []
    for field in ("description", "title"):  # a title is taken only where there is no description
        for entry in _entries(tree, "dc", field):
            language = entry.get(LANGUAGE)
            captions.append(Caption(_line(entry.text), None if language in (None, "x-default") else language))
        captions = [caption for caption in captions if caption.text]
        if captions:
            break
    subjects = [_line(entry.text) for entry in _entries(tree, "dc", "subject")]
    paths = [_line(entry.text).rpartition("/")[2] for entry in _entries(tree, "digiKam", "TagsList")]
    tags = tuple(dict.fromkeys(tag[:LONGEST_TAG] for tag in (*subjects, *paths) if tag))
    rating = _number(_value(tree, "xmp", "Rating"))
    flag = PICKS.get(_value(tree, "digiKam", "PickLabel"), -1 if rating < 0 else 0)
    label = LABELS.get(_value(tree, "xmp", "Label").lower(), 0)
    return Said(tuple(captions), tags, max(0, min(5, rating)), flag, label)


def write(said: Said, before: str | None = None) -> str:
    """A packet that says this; what another program wrote into `before` in other fields stays.

    Raises `ValueError` when `before` cannot be read: then nothing of it may be lost.
    """
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    for prefix, name in NAMES.items():
        Plain.register_namespace(prefix, name)
    try:
        root = (
            ElementTree.fromstring(before.strip("\0 \n\r\t\ufeff")) if before else Plain.Element(_name("x", "xmpmeta"))
        )
    except (Plain.ParseError, DefusedXmlException) as fault:
        raise ValueError(str(fault)) from fault
    rdf = root if root.tag == _name("rdf", "RDF") else root.find(_name("rdf", "RDF"))
    if rdf is None:
        rdf = Plain.SubElement(root, _name("rdf", "RDF"))
    home = rdf.find(_name("rdf", "Description"))
    if home is None:
        home = Plain.SubElement(rdf, _name("rdf", "Description"), {_name("rdf", "about"): ""})
    for description in rdf.iter(_name("rdf", "Description")):
        for space, field in _OURS:
            description.attrib.pop(_name(space, field), None)
            for old in description.findall(_name(space, field)):
                description.remove(old)
    _list(home, "dc", "subject", "Bag", said.tags)
    _list(home, "digiKam", "TagsList", "Seq", said.tags)
    if said.captions:
        holder = Plain.SubElement(Plain.SubElement(home, _name("dc", "description")), _name("rdf", "Alt"))
        for number, caption in enumerate(said.captions):
            entry = Plain.SubElement(holder, _name("rdf", "li"))
            entry.set(LANGUAGE, caption.language or ("x-default" if not number else "und"))
            entry.text = caption.text
    names = {label: colour for colour, label in LABELS.items()}
    picks = {flag: number for number, flag in PICKS.items()}
    _plain(home, "xmp", "Rating", str(said.stars) if said.stars else "")
    _plain(home, "xmp", "Label", names.get(said.label, "").capitalize())
    _plain(home, "digiKam", "PickLabel", picks.get(said.flag, ""))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Plain.tostring(root, "unicode") + "\n"


_OURS = (
    ("dc", "subject"),
    ("digiKam", "TagsList"),
    ("dc", "description"),
    ("xmp", "Rating"),
    ("xmp", "Label"),
    ("digiKam", "PickLabel"),
)


def _name(space: str, field: str) -> str:
    return f"{{{NAMES[space]}}}{field}"


def _entries(tree: Element, space: str, field: str) -> Iterator[Element]:
    for node in tree.iter(_name(space, field)):
        yield from node.iter(_name("rdf", "li"))


def _value(tree: Element, space: str, field: str) -> str:
    """A plain field: an element, or an attribute of a description."""
    name = _name(space, field)
    for node in tree.iter():
        if node.tag == name and node.text:
            return node.text.strip()
        if name in node.attrib:
            return node.attrib[name].strip()
    return ""


def _list(home: Element, space: str, field: str, kind: str, words: Iterable[str]) -> None:
    words = tuple(words)
    if words:
        holder = Plain.SubElement(Plain.SubElement(home, _name(space, field)), _name("rdf", kind))
        for word in words:
            Plain.SubElement(holder, _name("rdf", "li")).text = word


def _plain(home: Element, space: str, field: str, words: str) -> None:
    if words:
        Plain.SubElement(home, _name(space, field)).text = words


def _number(words: str) -> int:
    try:
        return round(float(words))
    except (ValueError, OverflowError):
        return 0


def _line(words: str | None) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words or "").split())
