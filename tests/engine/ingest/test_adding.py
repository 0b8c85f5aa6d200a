"""Adding folders: every file becomes an item or gets a reason, and what became an item can be searched."""

from __future__ import annotations

from engine.workflows.add_folders import AddFolders
from tests.engine.ingest.conftest import photo, tone


def test_a_folder_of_pictures_becomes_items_with_thumbnails_and_vectors(engine, archive, run):
    for number in range(20):
        photo(archive / f"{number % 3}" / f"photo {number}.jpg", number)
    finish, outcomes = run(AddFolders((str(archive),)))
    assert len(outcomes) == 20
    assert {outcome.status for outcome in outcomes.values()} == {"added"}
    counts = engine.items.counts()
    assert (counts.items, counts.images, counts.indexed, counts.failed) == (20, 20, 20, 0)
    card = engine.items.cards(engine.items.ids())[0]
    assert (card.width, card.height) == (64, 48)
    assert engine.thumbnails.get(card.id, 96)[:2] == b"\xff\xd8"
    assert finish.summary.startswith("20 files added")


def test_sounds_and_texts_come_in_beside_pictures(engine, archive, run):
    photo(archive / "heron.png", 1)
    tone(archive / "heron.wav")
    (archive / "notes.md").write_text("# Herons\n\nA heron stood in the river.\n\nIt was *early*.", "utf-8")
    run(AddFolders((str(archive),)))
    counts = engine.items.counts()
    assert (counts.images, counts.sounds, counts.texts) == (1, 1, 3)
    cards = {card.name: card for card in engine.items.cards(engine.items.ids())}
    assert cards["heron.wav"].seconds == 1.0
    assert len(engine.thumbnails.waveform(cards["heron.wav"].id)) == 200
    texts = [card for card in cards.values() if card.kind == "text"]
    assert texts[0].line in (1, 3, 5)
