"""XMP sidecars: what photo programs wrote beside pictures is taken over, and what is said here goes back when asked."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from xml.dom import minidom

import pytest
from PIL import Image

from engine.engine import Engine
from engine.modalities.pictures import xmp
from engine.modalities.reading import Caption
from engine.values import ItemCard
from engine.workflows.add_folders import AddFolders
from engine.workflows.rescan import Rescan
from engine.workflows.write_sidecars import WriteSidecars
from tests.support.builders import open_empty
from tests.support.tiny_model import make_tiny_model

LIGHTROOM = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" xmp:Rating="4" xmp:Label="Green" crs:Exposure2012="+0.35">
<dc:subject><rdf:Bag><rdf:li>heron</rdf:li><rdf:li>river bank</rdf:li></rdf:Bag></dc:subject>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">A heron at dusk.</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>"""
DIGIKAM = """<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:digiKam="http://www.digikam.org/ns/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:Rating>-1</xmp:Rating><digiKam:TagsList><rdf:Seq><rdf:li>people/Ada</rdf:li></rdf:Seq></digiKam:TagsList>
</rdf:Description></rdf:RDF></x:xmpmeta>"""
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "archive"
    made.mkdir()
    for number, name in enumerate(("a.jpg", "b.jpg", "c.jpg", "d.jpg")):
        Image.new("RGB", (64, 48), (60 * number, 120, 200)).save(made / name)
    (made / "a.jpg.xmp").write_text(LIGHTROOM)
    (made / "a.xmp").write_text(DIGIKAM)  # goes behind the one of the full name
    (made / "b.xmp").write_text(DIGIKAM)
    (made / "c.jpg.xmp").write_text(BOMB)
    return made


@pytest.fixture
def engine(tmp_path: Path, folder: Path) -> Iterator[Engine]:
    with open_empty(tmp_path / "library") as made:
        made.models.use(made.models.add(make_tiny_model(tmp_path / "tiny"), "tiny").key)
        made.jobs.wait(made.jobs.submit(AddFolders((str(folder),))))
        yield made


def card(engine: Engine, name: str) -> ItemCard:
    return next(card for card in engine.items.cards(engine.items.ids()) if card.name == name)


def tags(engine: Engine, name: str) -> set[str]:
    return set(engine.marks.tags_by_item([card(engine, name).id]).get(card(engine, name).id, []))


def test_tags_stars_and_words_of_sidecars_are_there_after_adding(engine: Engine) -> None:
    heron = card(engine, "a.jpg")
    assert (heron.stars, heron.label) == (4, 8)
    assert tags(engine, "a.jpg") == {"heron", "river bank"}
    assert engine.items.captions([heron.id])[heron.id] == [(None, "A heron at dusk.")]
    assert tags(engine, "b.jpg") == {"Ada"}
    assert card(engine, "b.jpg").flag == -1
    assert tags(engine, "c.jpg") == set()  # a sidecar made to blow up says nothing
    assert engine.items.counts().indexed == engine.items.counts().items  # its words can be searched, too


def test_an_edited_sidecar_adds_and_what_the_user_said_stays(engine: Engine, folder: Path) -> None:
    heron = card(engine, "a.jpg")
    engine.marks.stars((heron.id,), 2)
    (folder / "a.jpg.xmp").write_text(LIGHTROOM.replace("river bank", "reeds").replace('"4"', '"5"'))
    os.utime(folder / "a.jpg.xmp", ns=(1, 1))

    engine.jobs.wait(engine.jobs.submit(Rescan(1)))

    assert tags(engine, "a.jpg") == {"heron", "river bank", "reeds"}
    assert card(engine, "a.jpg").stars == 2
    assert len(engine.items.captions([heron.id])[heron.id]) == 1


def test_six_fields_written_are_read_the_same_by_another_parser(engine: Engine, folder: Path) -> None:
    item = card(engine, "d.jpg").id
    before = (folder / "d.jpg").read_bytes()
    engine.marks.tag((item,), "night & fog")
    engine.marks.stars((item,), 3)
    engine.marks.flag((item,), 1)
    engine.marks.label((item,), 6)

    finished = engine.jobs.wait(engine.jobs.submit(WriteSidecars((item, card(engine, "a.jpg").id))))

    assert finished.summary == "2 sidecars written."
    assert (folder / "d.jpg").read_bytes() == before
    document = minidom.parse(str(folder / "d.jpg.xmp"))

    def said(name: str) -> list[str]:
        nodes = document.getElementsByTagName(name)[0]
        return [node.firstChild.data for node in nodes.getElementsByTagName("rdf:li") or [nodes]]

    assert said("dc:subject") == said("digiKam:TagsList") == ["night & fog"]
    assert said("xmp:Rating") == ["3"]
    assert said("xmp:Label") == ["Red"]
    assert said("digiKam:PickLabel") == ["3"]
    kept = (folder / "a.jpg.xmp").read_text()
    assert re.search(r'Exposure2012="\+0\.35"', kept)  # what the other program keeps there stays
    assert xmp.read(kept) == xmp.Said((Caption("A heron at dusk."),), ("heron", "river bank"), 4, 0, 8)


def test_a_place_that_cannot_be_written_to_is_named_once(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = tuple(card(engine, name).id for name in ("a.jpg", "b.jpg"))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("read-only file system")

    monkeypatch.setattr(Path, "write_text", refuse)  # the tests may run as root, whom no folder refuses
    finished = engine.jobs.wait(engine.jobs.submit(WriteSidecars(ids)))

    assert finished.outcome == "done"
    assert finished.summary == (
        "0 sidecars written. Sidecars cannot be written to “archive”. Your tags are kept in the library instead."
    )
    assert tags(engine, "b.jpg") == {"Ada"}


def test_what_is_no_xmp_is_never_written_over() -> None:
    with pytest.raises(ValueError):
        xmp.write(xmp.Said(tags=("x",)), "{not xml")
