"""What a choice of pairs holds is told beforehand, and what cannot teach anything is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.datasets.captioned import Captioned
from engine.datasets.enough import check_count, check_languages, usable
from engine.datasets.prepare import prepare_pictures
from engine.datasets.split import split
from engine.datasets.table import pairs_of_table
from engine.errors import UserFixable
from engine.models.specs import ImageSpec
from tests.support.coloured_pairs import picture, said, write_pairs


def table(folder: Path, words: str, name: str = "pairs.csv") -> Path:
    for number in range(4):
        (folder / f"{number}.png").write_bytes(b"a picture, as far as choosing goes")
    (folder / name).write_text(words, "utf-8")
    return folder / name


def test_the_card_counts_captions_languages_classes_doubles_and_what_is_missing(tmp_path):
    rows = (
        "image,caption,caption_de,label\n"
        "0.png,a dog,ein Hund,animal\n0.png,a dog again,,animal\n0.png,a dog,,animal\n"
        "1.png,a car,,machine\n2.png,,,machine\nnone.png,gone,,\nnone.png,gone too,,\n"
    )
    card = pairs_of_table(table(tmp_path, rows)).card()
    assert (card.files, card.captions, card.without_captions) == (3, 4, 1)
    assert card.languages == (("", 3), ("de", 1))
    assert card.classes == (("machine", 2), ("animal", 1))
    assert card.missing == ("none.png",)
    assert card.doubles == 1


def test_tables_may_be_tab_separated_or_json_lines_with_several_captions_per_picture(tmp_path):
    tabs = table(tmp_path, "filepath\ttitle\n0.png\tone\n0.png\ttwo\n", "a.tsv")
    lines = "\n".join(json.dumps({"image": "1.png", "captions": ["x", "y"], "language": "en"}) for _ in range(1))
    assert [one.sentences for one in pairs_of_table(tabs).files] == [("one", "two")]
    (file,) = pairs_of_table(table(tmp_path, lines, "a.jsonl")).files
    assert (file.sentences, file.languages) == (("x", "y"), ("en", "en"))


def test_captions_of_other_languages_can_be_left_out(tmp_path):
    rows = "image,caption_en,caption_de-AT\n0.png,a dog,ein Hund\n"
    assert pairs_of_table(table(tmp_path, rows), ("de",)).files[0].sentences == ("ein Hund",)


BAD = {
    "no column names pictures": ("name,text\nx,y\n", "captions", "has no column that names pictures"),
    "pairs without pictures": (
        "image,caption\nx.png,one\ny.png,two\n",
        "captions",
        "None of the 2 files that “pairs.csv” names is there, such as “x.png”.",
    ),
    "nothing at all": ("image,caption\n", "captions", "There is nothing to learn from in “pairs.csv”."),
    "pictures without captions": (
        "image,caption\n0.png,\n1.png,\n",
        "captions",
        "None of the 2 files of “pairs.csv” has a caption.",
    ),
    "one caption for all": (
        "image,caption\n0.png,a photo\n1.png,a photo\n2.png,a photo\n",
        "captions",
        "All 3 files have the same caption, “a photo”: there is nothing to tell apart.",
    ),
    "pictures without labels": ("image,caption\n0.png,x\n", "labels", "has a label."),
    "labels of one class": (
        "image,label\n0.png,bird\n1.png,bird\n",
        "labels",
        "All 2 pictures have the same label, “bird”",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_teach_anything_is_refused_in_a_sentence(tmp_path, case):
    rows, learns, sentence = BAD[case]
    with pytest.raises(UserFixable) as refused:
        usable(pairs_of_table(table(tmp_path, rows)), learns)
    assert sentence in refused.value.what
    assert refused.value.means == "Nothing was trained or changed."
    assert refused.value.remedy


def test_a_table_that_is_none_is_refused(tmp_path):
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)) * 40)
    with pytest.raises(UserFixable, match="is not a table"):
        pairs_of_table(tmp_path / "noise.csv")


def test_one_language_is_not_enough_to_learn_across_languages(tmp_path):
    rows = "image,caption,language\n0.png,one,en\n1.png,two,en\n"
    with pytest.raises(UserFixable, match="All captions are in one language, “en”"):
        check_languages(pairs_of_table(table(tmp_path, rows)))
    rows = "image,caption,language\n0.png,one,en\n0.png,eins,de\n1.png,two,en\n"
    check_languages(pairs_of_table(table(tmp_path, rows)))


def test_too_few_pairs_are_refused_with_the_number_that_is_missing():
    with pytest.raises(UserFixable) as refused:
        check_count(41, 200, "Change only the head")
    assert refused.value.what == "41 pairs will be learnt by heart; this needs at least 200."
    assert refused.value.remedy == "Change only the head, add 159 pairs, or train anyway."
    check_count(200, 200)


def files(count: int, first: int = 0) -> list[Captioned]:
    return [
        Captioned(Path(f"{n}.png"), (f"caption {n}",), (None,), None, None, f"hash {n}") for n in range(first, count)
    ]


def test_the_same_pictures_are_held_out_every_time_and_twins_stay_together():
    learnt, held = split(files(300))
    assert (len(learnt), len(held)) == (270, 30)
    assert split(list(reversed(files(300))))[1] == list(reversed(held))
    twins = [*files(300), *(Captioned(Path(f"copy of {n}.png"), (), (), None, None, f"hash {n}") for n in range(300))]
    learnt, held = split(twins)
    assert {one.key for one in learnt}.isdisjoint(one.key for one in held)


def test_adding_pictures_moves_few_to_the_other_side():
    before = {one.key for one in split(files(400))[1]}
    after = {one.key for one in split(files(440))[1]}
    assert len(before & after) >= 0.8 * len(before)


def test_few_files_hold_out_few():
    assert [len(split(files(count))[1]) for count in (1, 3, 9, 40, 20_000)] == [0, 1, 3, 8, 1000]


def test_pictures_are_decoded_once_and_one_that_cannot_be_read_costs_itself(tmp_path):
    write_pairs(tmp_path, 6)
    named = [Captioned(tmp_path / "pictures" / f"{number:04}.png") for number in range(6)]
    (tmp_path / "pictures" / "0002.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    spec = ImageSpec(40)
    made = prepare_pictures(named, spec, tmp_path / "prepared")
    assert [one.path.name for one in made.files] == ["0000.png", "0001.png", "0003.png", "0004.png", "0005.png"]
    assert [path for path, _ in made.failed] == [str(named[2].path)]
    np.testing.assert_array_equal(made.pictures[2], picture(*said(3), 3))
    assert all(one.content_hash for one in made.files)
    written = (tmp_path / "prepared").stat().st_mtime_ns
    again = prepare_pictures(named, spec, tmp_path / "prepared")
    np.testing.assert_array_equal(again.pictures, made.pictures)
    assert (tmp_path / "prepared").stat().st_mtime_ns == written, "nothing was decoded again"


def test_a_disk_without_room_is_told_before_anything_is_decoded(tmp_path, monkeypatch):
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**9, 10**9, 10**6))
    with pytest.raises(UserFixable, match=r"What is decoded needs 0\.0 GB, and 0\.0 GB are free"):
        prepare_pictures(files(3), ImageSpec(32), tmp_path)
