"""Pairs are found where people leave them: beside the file, in a table, inside the file."""

from __future__ import annotations

import json

from PIL import Image, TiffImagePlugin

from engine.workflows.add_folders import AddFolders
from engine.workflows.rescan import Rescan
from tests.engine.ingest.conftest import photo, tone


def _item(engine, name):
    return next(card for card in engine.items.cards(engine.items.ids()) if card.name == name)


def _captions(engine, name):
    return sorted(
        (language or "", words) for language, words, _ in engine.items.details(_item(engine, name).id).captions
    )


def test_sidecars_of_the_same_stem_become_captions_in_their_language(engine, archive, run):
    photo(archive / "day" / "heron.jpg", 1)
    (archive / "day" / "heron.txt").write_text("A heron in the river.", "utf-8")
    (archive / "day" / "heron.de.txt").write_text("Ein Reiher im Fluss.", "utf-8")
    (archive / "day" / "heron.jpg.txt").write_text("It waits for fish.", "utf-8")
    tone(archive / "day" / "heron.wav")
    (archive / "heron.txt").write_text("Another folder, another heron.", "utf-8")
    run(AddFolders((str(archive),)))
    assert _captions(engine, "heron.jpg") == [
        ("", "A heron in the river."),
        ("", "It waits for fish."),
        ("de", "Ein Reiher im Fluss."),
    ]
    partners = {card.name for card in engine.items.details(_item(engine, "heron.jpg").id).partners}
    assert "heron.wav" in partners


def test_a_caption_table_gives_several_sentences_and_languages_to_one_picture(engine, archive, run):
    for number in range(3):
        photo(archive / "images" / f"{number}.png", number)
    photo(archive.parent / "outside.png", 9)
    (archive / "captions.csv").write_text(
        "image,caption,caption_de\nimages/0.png,one dog,ein Hund\nimages/0.png,a dog again,\n"
        'images/1.png,"two, three",\n../outside.png,secret,\nimages/none.png,nothing there,\n',
        "utf-8",
    )
    run(AddFolders((str(archive),)))
    assert _captions(engine, "0.png") == [("", "a dog again"), ("", "one dog"), ("de", "ein Hund")]
    assert _captions(engine, "1.png") == [("", "two, three")]
    assert _captions(engine, "2.png") == []
    counts = engine.items.counts()
    assert (counts.images, counts.texts, counts.indexed) == (3, 6, 9)


def test_a_picture_that_comes_later_finds_its_sentence_in_the_table(engine, archive, run):
    rows = [
        {"image": "late.png", "captions": ["it came later", "and was found"]},
        {"image": "x.png", "caption": {"fr": "jamais"}},
    ]
    (archive / "captions.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    run(AddFolders((str(archive),)))
    photo(archive / "late.png", 1)
    run(Rescan(1))
    assert _captions(engine, "late.png") == [("", "and was found"), ("", "it came later")]


def test_pairs_end_when_their_files_part(engine, archive, run):
    photo(archive / "a.png", 1)
    (archive / "a.txt").write_text("The first letter.", "utf-8")
    run(AddFolders((str(archive),)))
    assert _captions(engine, "a.png")
    (archive / "a.txt").rename(archive / "b.txt")
    run(Rescan(1))
    assert _captions(engine, "a.png") == []


def test_words_inside_a_picture_become_its_caption(engine, archive, run):
    exif = Image.Exif()
    exif[0x010E] = "A lighthouse at dusk"
    photo(archive / "exif.jpg", 1, exif=exif)
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
        '<rdf:li xml:lang="x-default">A lamp</rdf:li><rdf:li xml:lang="de">Eine Lampe</rdf:li></rdf:Alt></dc:description>'
        "<dc:subject><rdf:Bag><rdf:li>Leuchtturmwärter</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    photo(archive / "xmp.jpg", 2, xmp=xmp.encode())
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[270] = "OLYMPUS DIGITAL CAMERA"
    photo(archive / "camera words.tif", 3, tiffinfo=tags)
    run(AddFolders((str(archive),)))
    assert _captions(engine, "exif.jpg") == [("", "A lighthouse at dusk")]
    assert _captions(engine, "xmp.jpg") == [("", "A lamp"), ("de", "Eine Lampe")]
    assert _captions(engine, "camera words.tif") == []
    from engine.values import Filter

    assert engine.items.ids(Filter(text="leuchtturmwärter")).tolist() == [_item(engine, "xmp.jpg").id]
    assert _item(engine, "exif.jpg").id in engine.items.ids(Filter(text="lighthouse"))


def test_one_table_given_alone_brings_the_files_it_names(engine, archive, run):
    photo(archive / "named.png", 1)
    photo(archive / "not named.png", 2)
    (archive / "t.tsv").write_text("filepath\ttitle\nnamed.png\tthe named one\n", "utf-8")
    run(AddFolders((str(archive / "t.tsv"),)))
    assert _captions(engine, "named.png") == [("", "the named one")]
    assert engine.items.counts().images == 1
