"""Makes `resources/sample/archive` from the sets `stamps` and `emoji`: `python packaging/make_sample.py DATA_FOLDER`.

Deterministic: the same data give the same bytes. Originals are copied, never re-encoded. Licences stand beside the archive.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import shutil
import sys
import unicodedata
import zipfile
from hashlib import blake2b
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).resolve().parents[1] / "resources" / "sample"
# How many pictures of each folder of stamps, chosen so that a map shows clear neighbourhoods of many subjects.
STAMPS = {
    "animals/mammals": 34,
    "animals/birds": 20,
    "animals/insects": 12,
    "animals/fish": 6,
    "animals/marsupials": 3,
    "animals/shellfish": 2,
    "animals/dinosaur": 1,
    "food/fruit": 18,
    "food/vegetables": 11,
    "food/dessert": 3,
    "food/nuts": 2,
    "food/bread": 1,
    "food/pizza": 1,
    "plants/flowers": 14,
    "plants/trees": 5,
    "plants/mushrooms": 2,
    "vehicles/auto": 4,
    "vehicles/construction": 3,
    "vehicles/cycle": 3,
    "vehicles/flight": 4,
    "vehicles/locomotive": 4,
    "vehicles/masstransit": 2,
    "vehicles/race": 2,
    "vehicles/ship": 5,
    "town/houses": 10,
    "town/monuments": 3,
    "town/roadsigns": 4,
    "space/planets": 6,
    "space/moon": 1,
    "space/satellite": 1,
    "space/rocket1": 1,
    "space/spacewalk": 1,
    "hobbies/music": 9,
    "hobbies/binoculars": 1,
    "household/tools": 7,
    "household/electronics": 5,
    "household/dishes": 5,
    "household/kettle": 1,
    "clothes/hats": 6,
    "clothes/hikingboot": 1,
    "clothes/red_handbag": 1,
    "clothes/jacket": 1,
    "sports/basketball": 1,
    "sports/soccer": 1,
    "sports/tennis_racket": 1,
    "seasonal/christmas": 3,
    "seasonal/winter": 2,
}
DRAWINGS = {
    "weather": "sun, cloud with rain, cloud with snow, tornado, rainbow, sunset, sunrise, volcano, water wave, night with stars,"
    " shooting star, snowman without snow, fire",
    "faces": "grinning face, crying face, angry face, sleeping face, thinking face, face screaming in fear, partying face,"
    " smiling face with sunglasses, face with medical mask, winking face with tongue, robot, ghost",
    "animals": "octopus, elephant, penguin, owl, fox, butterfly, turtle, frog, lion, whale, giraffe, hedgehog, snail",
    "food": "red apple, banana, strawberry, pineapple, hamburger, sushi, doughnut, birthday cake, ice cream, steaming bowl,"
    " croissant, hot beverage, cheese wedge",
    "travel": "airplane, rocket, helicopter, bicycle, police car, fire engine, tractor, sailboat, ship, locomotive, tram car, tent",
    "music and play": "guitar, violin, trumpet, drum, accordion, soccer ball, basketball, chess pawn, kite, artist palette",
}
SOUNDS_OF_THINGS = 34
SPOKEN = {"en": 6, "fr": 8, "es": 6, "ru": 6}
EVERY_WITH_ANOTHER = 3  # every third picture has its sentence in a second language, too
OTHER_LANGUAGES = ("de", "fr", "es", "ja", "it", "ru", "ar", "pt", "nl", "pl", "hi", "zh_CN", "tr", "sv")
NOTES = {  # title by language, folders the sentences come from
    "mammals": (("Mammals", "Säugetiere", "Mammifères", "Mamíferos", "哺乳類"), "animals/mammals"),
    "birds": (("Birds", "Vögel", "Oiseaux", "Aves", "鳥"), "animals/birds"),
    "insects": (("Insects", "Insekten", "Insectes", "Insectos", "昆虫"), "animals/insects"),
    "fruit": (("Fruit", "Obst", "Fruits", "Frutas", "果物"), "food/fruit"),
    "vegetables": (("Vegetables", "Gemüse", "Légumes", "Verduras", "野菜"), "food/vegetables"),
    "flowers": (("Flowers", "Blumen", "Fleurs", "Flores", "花"), "plants/flowers"),
    "vehicles": (("Vehicles", "Fahrzeuge", "Véhicules", "Vehículos", "乗り物"), "vehicles/"),
    "buildings": (("Buildings", "Gebäude", "Bâtiments", "Edificios", "建物"), "town/houses"),
    "space": (("Space", "Weltraum", "L'espace", "Espacio", "宇宙"), "space/"),
    "music": (("Music", "Musik", "Musique", "Música", "音楽"), "hobbies/music"),
    "tools": (("Tools", "Werkzeug", "Outils", "Herramientas", "道具"), "household/tools"),
    "clothes": (("Clothes", "Kleidung", "Vêtements", "Ropa", "服"), "clothes/"),
}
NOTE_LANGUAGES = ("en", "de", "fr", "es", "ja")
SENTENCES = 5

Record = dict[str, Any]


def main(data: Path) -> None:
    """Write the archive, and print what is in it."""
    archive = SAMPLE / "archive"
    shutil.rmtree(archive, ignore_errors=True)
    archive.mkdir(parents=True)
    stamps = _records(data / "stamps" / "stamps.jsonl.gz")
    captions: list[tuple[str, str, str]] = []
    pictures = _stamps(data / "stamps", archive, stamps, captions)
    drawings = _drawings(data / "emoji", archive, captions)
    spoken = _spoken(data / "stamps", archive, pictures, captions)
    notes = _notes(archive, stamps)
    with (archive / "captions.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([("image", "caption", "language"), *captions])
    sounds = len(list((archive / "pictures").rglob("*.opus")))
    size = sum(path.stat().st_size for path in archive.rglob("*") if path.is_file())
    print(
        f"{len(pictures)} pictures, {drawings} drawings, {sounds} sounds, {spoken} spoken sentences, {notes} texts,"
        f" {len(captions)} captions in {len({language for *_, language in captions})} languages, {size / 1e6:.1f} MB"
    )


def _stamps(source: Path, archive: Path, stamps: list[Record], captions: list[tuple[str, str, str]]) -> list[Record]:
    """Pictures with a sound of their own first; the sound lies beside its picture under the same name."""
    chosen: list[Record] = []
    sounds = 0
    with zipfile.ZipFile(source / "images.zip") as images, zipfile.ZipFile(source / "sounds.zip") as recordings:
        for folder, count in STAMPS.items():
            there = [stamp for stamp in stamps if stamp["path"] == folder or stamp["path"].startswith(folder + "/")]
            there.sort(key=lambda stamp: ("sound" not in stamp or not stamp["sound"], _order(stamp["id"])))
            names: set[str] = set()
            for stamp in there:
                place = Path("pictures") / folder.split("/")[0] / f"{_name(stamp['path'])}.webp"
                if len(names) == count:
                    break
                if (archive / place).exists():  # the same name in another folder
                    continue
                names.add(place.name)
                stamp = {**stamp, "place": place}
                _put(archive / place, images.read(stamp["image"]))
                if stamp.get("sound") and sounds < SOUNDS_OF_THINGS:
                    _put(archive / place.with_suffix(".opus"), recordings.read(stamp["sound"]))
                    sounds += 1
                captions += _captions(place, stamp["text"], len(chosen))
                chosen.append(stamp)
    return chosen


def _drawings(source: Path, archive: Path, captions: list[tuple[str, str, str]]) -> int:
    by_name = {drawing["name"]["en"]: drawing for drawing in _records(source / "emoji.jsonl.gz")}
    count = 0
    with zipfile.ZipFile(source / "images.zip") as images:
        for group, names in DRAWINGS.items():
            for name in (part.strip() for part in names.split(",")):
                if name not in by_name:  # a name may be held out of the data
                    continue
                place = Path("drawings") / group / f"{_name(name)}.webp"
                _put(archive / place, images.read(by_name[name]["image"]))
                captions += _captions(place, by_name[name]["name"], count)
                count += 1
    return count


def _spoken(source: Path, archive: Path, pictures: list[Record], captions: list[tuple[str, str, str]]) -> int:
    count = 0
    with zipfile.ZipFile(source / "spoken.zip") as recordings:
        for language, wanted in SPOKEN.items():
            readable = [stamp for stamp in pictures if language in stamp.get("spoken", {})]
            for stamp in sorted(readable, key=lambda stamp: _order(language + stamp["id"]))[:wanted]:
                place = Path("spoken") / language / f"{stamp['place'].stem}.opus"
                _put(archive / place, recordings.read(stamp["spoken"][language]))
                captions.append((place.as_posix(), _clean(stamp["text"][language]), language))
                count += 1
    return count


def _notes(archive: Path, stamps: list[Record]) -> int:
    for subject, (titles, folder) in NOTES.items():
        there = sorted(
            (s for s in stamps if s["path"].startswith(folder)), key=lambda stamp: _order("note" + stamp["id"])
        )
        for language, title in zip(NOTE_LANGUAGES, titles):
            sentences = list(
                dict.fromkeys(_clean(stamp["text"][language]) for stamp in there if language in stamp["text"])
            )
            lines = [f"# {title}", "", *sentences[:SENTENCES], ""]
            _put(archive / "notes" / language / f"{subject}.md", "\n".join(lines).encode())
    return len(NOTES) * len(NOTE_LANGUAGES)


def _captions(place: Path, words: dict[str, str], number: int) -> list[tuple[str, str, str]]:
    """The English sentence, and for every third picture one in another language, each language in turn."""
    found = [(place.as_posix(), _clean(words["en"]), "en")]
    if number % EVERY_WITH_ANOTHER:
        return found
    first = number // EVERY_WITH_ANOTHER % len(OTHER_LANGUAGES)
    turn = OTHER_LANGUAGES[first:] + OTHER_LANGUAGES[:first]
    other = next((language for language in turn if words.get(language) or words.get(language.split("_")[0])), None)
    if other:
        sentence = words.get(other) or words[other.split("_")[0]]
        found.append((place.as_posix(), _clean(sentence), other.split("_")[0]))
    return found


def _records(path: Path) -> list[Record]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def _name(path: str) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", path.rsplit("/", 1)[-1].lower()).strip()
    return words.replace(" ", "-")


def _clean(sentence: str) -> str:
    return " ".join(unicodedata.normalize("NFC", sentence).split())


def _order(words: str) -> str:
    """An order that looks random and is always the same."""
    return blake2b(words.encode(), digest_size=8).hexdigest()


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
