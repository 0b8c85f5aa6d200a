"""Sounds become one signal with a waveform and segments; texts become passages that know their line or page."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from engine.files import reasons
from engine.media.messages import Task
from engine.media.reading import read_file
from engine.modalities.audio import segments
from engine.modalities.reading import Wish
from engine.modalities.words.encodings import decoded
from engine.modalities.words.passages import LONGEST, passages_of
from engine.modalities.words.tables import captions_of_table
from engine.models.specs import AudioSpec
from tests.engine.ingest.conftest import tone

SPEC = AudioSpec(16000, 2.0, 1.0)


def _read(path):
    return read_file(Task(bytes(path), path.name, Wish(audio=SPEC)))


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3", "aiff", "au"])
def test_every_common_sound_is_heard_at_the_models_rate(tmp_path, suffix):
    path = tone(tmp_path / f"a.{suffix}", hertz=440, seconds=3.0, rate=44100)
    reading = _read(path).reading
    assert reading.facts.seconds == pytest.approx(3.0, abs=0.1)
    assert reading.facts.sample_rate == 44100
    assert len(reading.sound) == pytest.approx(48000, abs=1600)
    spectrum = np.abs(np.fft.rfft(reading.sound[8000:24000].astype(np.float32)))
    assert np.argmax(spectrum) == pytest.approx(440, abs=2)
    assert reading.peaks.shape == (200,)
    assert reading.peaks.max() == 1


@pytest.mark.parametrize(("codec", "suffix"), [("libopus", "opus"), ("aac", "m4a"), ("aac", "mp4")])
def test_opus_m4a_and_the_sound_of_video_are_heard(tmp_path, codec, suffix):
    import av

    path = tmp_path / f"a.{suffix}"
    with av.open(str(path), "w", format={"opus": "ogg", "m4a": "mp4"}.get(suffix, suffix)) as held:
        pictures = held.add_stream("mpeg4", rate=5) if suffix == "mp4" else None
        try:
            track = held.add_stream(codec, rate=48000, layout="mono")
        except (ValueError, av.error.FFmpegError):
            pytest.skip(f"this build of FFmpeg cannot make {codec}")
        if pictures is not None:
            pictures.width = pictures.height = 32
            pictures.pix_fmt = "yuv420p"
            for _ in range(10):
                held.mux(pictures.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")))
            held.mux(pictures.encode())
        wave = (0.4 * np.sin(2 * np.pi * 880 * np.arange(96000) / 48000)).astype(np.float32)[None]
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate = 48000
        held.mux(track.encode(frame))
        held.mux(track.encode())
    reading = _read(path).reading
    assert reading.kind == "audio"
    assert reading.facts.seconds == pytest.approx(2.0, abs=0.15)
    spectrum = np.abs(np.fft.rfft(reading.sound[4000:20000].astype(np.float32)))
    assert np.argmax(spectrum) == pytest.approx(880, abs=3)


def test_silence_is_a_reason_and_broken_samples_are_not_heard(tmp_path):
    soundfile.write(tmp_path / "silent.wav", np.zeros(16000), 16000)
    assert _read(tmp_path / "silent.wav").reason == reasons.SILENT
    wave = np.sin(np.arange(16000) / 20).astype(np.float32)
    wave[100:200] = np.nan
    wave[300] = np.inf
    soundfile.write(tmp_path / "nan.wav", wave, 16000, subtype="FLOAT")
    reading = _read(tmp_path / "nan.wav").reading
    assert np.isfinite(reading.sound.astype(np.float32)).all()


def test_a_recording_that_breaks_off_is_cut_short(tmp_path):
    whole = tone(tmp_path / "a.flac", seconds=20.0).read_bytes()
    (tmp_path / "a.flac").write_bytes(whole[: len(whole) // 2])
    assert _read(tmp_path / "a.flac").reason == reasons.CUT_SHORT


@pytest.mark.parametrize(
    ("seconds", "starts"), [(0.5, [0.0]), (2.0, [0.0]), (3.5, [0.0, 1.0, 1.5]), (4.0, [0.0, 1.0, 2.0])]
)
def test_segments_overlap_and_reach_the_end(seconds, starts):
    sound = np.arange(round(16000 * seconds), dtype=np.float32)
    cut = segments(sound, SPEC)
    assert [start for start, *_ in cut] == starts
    assert all(len(samples) == 32000 for *_, samples in cut)
    assert cut[-1][1] == seconds
    assert cut[-1][2][min(len(sound), 32000) - 1] == sound[-1]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1251", "shift_jis", "gb18030", "euc-kr"]
)
def test_texts_of_old_encodings_are_read(encoding):
    words = {
        "cp1252": "Über den Dächern von Köln fliegen große Reiher, während die Straßen noch schlafen. ",
        "cp1251": "Над рекой стоит серая цапля и долго смотрит на воду, не двигаясь с места. ",
        "shift_jis": "川のそばに一羽の鷺が立っていて、静かに水を見つめている。朝の光がきれいだった。",
        "gb18030": "一只苍鹭站在河边,静静地看着水面。清晨的阳光照在它的羽毛上,非常美丽。",
        "euc-kr": "강가에 왜가리 한 마리가 서서 조용히 물을 바라보고 있다. 아침 햇살이 아름답다.",
    }.get(encoding, "Ein Reiher 鷺 цапля heron. ")
    assert decoded((words * 4).encode(encoding)).strip() == (words * 4).strip()


def test_marks_that_turn_or_hide_words_are_taken_out():
    assert decoded("safe \u202egpj.exe\u202c\u2066 end\0\r\nnext\rlast".encode()) == "safe gpj.exe end\nnext\nlast"


def test_passages_know_the_line_they_begin_on():
    text = "First paragraph\nover two lines.\n\n\nSecond one.\n" + "A long sentence goes on here. " * 40
    found = list(passages_of(text))
    assert (found[0].text, found[0].line) == ("First paragraph over two lines.", 1)
    assert found[1].line == 5
    assert all(len(passage.text) <= LONGEST for passage in found)
    assert sum(passage.text.count("goes on") for passage in found) == 40
    endless = list(passages_of("x" * 100_000))
    assert sum(len(passage.text) for passage in endless) == 100_000


def test_a_sentence_planted_in_a_long_text_is_found_on_its_line():
    lines = [f"Line {number} tells of nothing at all, only of the weather and the sea." for number in range(1, 12_001)]
    for number in range(39, 12_000, 40):
        lines[number] = ""
    lines[7777] = "The brass key lies under the third step."
    [found] = [passage for passage in passages_of("\n".join(lines)) if "brass key" in passage.text]
    assert found.line <= 7778 <= found.line + 8


def test_html_gives_its_words_only(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(
        "<html><head><title>t</title><script>alert(1)</script><style>p{}</style></head>\n<body>\n<h1>Herons &amp; reeds</h1>\n"
        "<p>One <b>stood</b>\nin the river.</p><script src=http://x/></script><noscript>no</noscript>\n<ul><li>first<li>second</ul>",
        "utf-8",
    )
    passages = _read(path).reading.passages
    assert [(passage.text, passage.line) for passage in passages] == [
        ("Herons & reeds", 3),
        ("One stood in the river.", 4),
        ("first", 6),
        ("second", 6),
    ]


def test_pdf_passages_know_their_page_and_locked_ones_say_so(tmp_path):
    import pypdf

    def pdf(lines):
        writer = pypdf.PdfWriter()
        for line in lines:
            page = writer.add_blank_page(300, 200)
            font = pypdf.generic.DictionaryObject()
            for key, value in (("/Type", "/Font"), ("/Subtype", "/Type1"), ("/BaseFont", "/Helvetica")):
                font[pypdf.generic.NameObject(key)] = pypdf.generic.NameObject(value)
            fonts = pypdf.generic.DictionaryObject({pypdf.generic.NameObject("/F1"): font})
            page[pypdf.generic.NameObject("/Resources")] = pypdf.generic.DictionaryObject(
                {pypdf.generic.NameObject("/Font"): fonts}
            )
            stream = pypdf.generic.DecodedStreamObject()
            stream.set_data(f"BT /F1 12 Tf 20 100 Td ({line}) Tj ET".encode())
            page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
        return writer

    pdf(["A heron on page one.", "The river on page two."]).write(tmp_path / "a.pdf")
    passages = _read(tmp_path / "a.pdf").reading.passages
    assert [(passage.text, passage.page) for passage in passages] == [
        ("A heron on page one.", 1),
        ("The river on page two.", 2),
    ]
    locked = pdf(["secret"])
    locked.encrypt("pass", algorithm="RC4-128")
    locked.write(tmp_path / "locked.pdf")
    assert _read(tmp_path / "locked.pdf").reason == reasons.LOCKED
    pypdf.PdfWriter().write(tmp_path / "none.pdf")
    assert _read(tmp_path / "none.pdf").reason == reasons.NO_WORDS


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("csv", "image,caption\na.jpg,one\na.jpg,two\n"),
        ("csv", "filename;caption\na.jpg;one\na.jpg;two\n"),
        ("tsv", "filepath\ttitle\na.jpg\tone\na.jpg\ttwo\n"),
        ("jsonl", '{"image": "a.jpg", "captions": ["one", "two"]}\nnot json\n'),
        ("jsonl", '{"file": "a.jpg", "sentences": [{"raw": "one"}, {"raw": "two"}]}\n'),
    ],
)
def test_caption_tables_of_several_makes_are_understood(form, text):
    captions = captions_of_table(text, form)
    assert [(caption.image, caption.text) for caption in captions] == [("a.jpg", "one"), ("a.jpg", "two")]


def test_a_table_without_files_and_words_is_a_text(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n", "utf-8")
    reading = _read(tmp_path / "a.csv").reading
    assert not reading.table
    assert reading.passages
    assert captions_of_table("image,caption\n", "csv") is None
    assert captions_of_table("[" * 100_000, "jsonl") is None


def test_a_wide_wave_file_of_many_channels_is_mixed_down(tmp_path):
    wave = np.stack([np.sin(np.arange(8000) / 9)] + [np.zeros(8000)] * 5, axis=1)
    held = io.BytesIO()
    soundfile.write(held, wave, 8000, format="WAV")
    (tmp_path / "six.wav").write_bytes(held.getvalue())
    reading = _read(tmp_path / "six.wav").reading
    assert reading.facts.channels == 6
    assert len(reading.sound) == 16000
