"""Pictures of every format open upright and in their colours; what cameras wrote into them is read."""

from __future__ import annotations

import calendar
import csv
import io
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from engine.files.reasons import TOO_LARGE, Unreadable
from engine.media.messages import Task
from engine.media.reading import read_file
from engine.modalities.pictures.opening import open_picture
from engine.modalities.pictures.previews import mat_of, model_pixels, thumbnails
from engine.modalities.reading import Wish
from engine.models.specs import ImageSpec

EXIF_PHOTOS = Path(__file__).resolve().parents[4] / "shared" / "data" / "exif_photos"
RED_LEFT = np.zeros((40, 60, 3), np.uint8)
RED_LEFT[:, :30] = (250, 10, 10)


def _read(path: Path, size: int = 32):
    answer = read_file(Task(bytes(path), path.name, Wish(ImageSpec(size))))
    assert answer.reading is not None, (answer.reason, answer.detail)
    return answer.reading


def _encoded(image: Image.Image, form: str, **save) -> bytes:
    held = io.BytesIO()
    image.save(held, form, **save)
    return held.getvalue()


def _opened(data: bytes, form: str = "png") -> Image.Image:
    return open_picture(data, form, 224, 384, 300).image


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_and_mirrored_photos_stand_upright(tmp_path, orientation):
    turned = {1: [], 2: [0], 3: [3], 4: [1], 5: [5], 6: [2], 7: [6], 8: [4]}[
        orientation
    ]  # the inverse turns, by Pillow's numbers
    image = Image.fromarray(RED_LEFT)
    for turn in turned:
        image = image.transpose(Image.Transpose(turn))
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "a.jpg"
    image.save(path, exif=exif, quality=95)
    reading = _read(path)
    assert (reading.facts.width, reading.facts.height) == (60, 40)
    left, right = reading.pixels[:, :12, 0].mean(), reading.pixels[:, -12:, 0].mean()
    assert left > 200 > 60 > right


@pytest.mark.parametrize("form", ["png", "webp", "avif", "heif", "tiff", "bmp", "gif", "jpeg", "jp2", "tga"])
def test_every_common_format_opens(tmp_path, form):
    if form == "heif":
        import pillow_heif

        pillow_heif.register_heif_opener()
    path = tmp_path / f"a.{'heic' if form == 'heif' else form}"
    Image.fromarray(RED_LEFT).save(path)
    reading = _read(path)
    assert reading.pixels.shape == (32, 32, 3)
    assert reading.pixels[16, 4, 0] > 200 > 60 > reading.pixels[16, 28, 0]


def test_sixteen_bits_floats_cmyk_grey_palette_and_lab_all_become_colours():
    ramp = np.linspace(0, 65535, 60, dtype=np.uint16)[None].repeat(40, 0)
    sixteen = np.asarray(_opened(_encoded(Image.fromarray(ramp), "PNG")))
    assert sixteen[0, 0, 0] == 0
    assert sixteen[0, -1, 0] == 255
    floats = np.asarray(_opened(_encoded(Image.fromarray(ramp.astype(np.float32) / 7e6), "TIFF"), "tiff"))
    assert floats[0, -1, 0] > 240 > 15 > floats[0, 0, 0]
    red = Image.fromarray(RED_LEFT)
    for mode, form in (("CMYK", "TIFF"), ("CMYK", "JPEG"), ("P", "PNG"), ("L", "PNG"), ("1", "PNG")):
        image = _opened(_encoded(red.convert(mode), form), form.lower())
        assert image.mode == "RGB"
        assert np.asarray(image)[:, :30, 0].mean() > np.asarray(image)[:, 30:, 0].mean() + 30
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    as_lab = ImageCms.profileToProfile(red, srgb, lab, outputMode="LAB")
    assert np.asarray(_opened(_encoded(as_lab, "TIFF"), "tiff"))[20, 5].tolist() == pytest.approx([250, 10, 10], abs=12)


def test_transparent_pictures_keep_their_transparency_and_say_which_ground_they_need():
    def symbol(colour, alpha=255):
        pixels = np.zeros((64, 64, 4), np.uint8)
        pixels[16:48, 16:48] = (*colour, alpha)
        return Image.fromarray(pixels)

    assert [mat_of(symbol(colour)) for colour in ((90, 140, 200), (5, 5, 5), (250, 250, 250))] == [1, 2, 3]
    assert mat_of(Image.fromarray(RED_LEFT)) == 0
    kept = Image.open(io.BytesIO(thumbnails(symbol((5, 5, 5)))[384]))
    assert kept.mode == "RGBA"
    assert kept.getpixel((0, 0))[3] == 0
    assert model_pixels(symbol((5, 5, 5)), ImageSpec(64))[0, 0].tolist() == [255, 255, 255]


def test_a_large_photo_is_decoded_small_and_gives_the_same_model_input_as_a_full_decode():
    random = np.random.default_rng(0)
    soft = Image.fromarray(random.integers(0, 255, (9, 12, 3), dtype=np.uint8)).resize(
        (2400, 1800), Image.Resampling.BICUBIC
    )
    data = _encoded(soft, "JPEG", quality=92)
    picture = open_picture(data, "jpeg", 224, 384, 300)
    assert (picture.width, picture.height) == (2400, 1800)
    assert picture.image.width < 1200
    ours = model_pixels(picture.image, ImageSpec(224)).astype(int)
    full = Image.open(io.BytesIO(data)).convert("RGB")
    theirs = np.asarray(full.resize((224, 224), Image.Resampling.BICUBIC, box=(300, 0, 2100, 1800))).astype(int)
    assert np.abs(ours - theirs).mean() < 1.5


@pytest.mark.parametrize("size", [(1, 60_000), (60_000, 1), (1, 1), (3, 2)])
def test_strips_and_specks_open(size):
    picture = open_picture(_encoded(Image.new("RGB", size, (9, 99, 9)), "PNG"), "png", 224, 384, 300)
    assert model_pixels(picture.image, ImageSpec(224)).shape == (224, 224, 3)
    assert all(thumbnails(picture.image).values())


@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
def test_each_resize_mode_of_open_clip_is_honoured(mode):
    pixels = model_pixels(Image.fromarray(RED_LEFT), ImageSpec(32, mode=mode))
    top, middle = pixels[1], pixels[16]
    assert pixels.shape == (32, 32, 3)
    assert middle[3, 0] > 200
    assert (top[3, 0] < 5) == (mode == "longest")


def test_a_picture_that_claims_too_many_pixels_is_refused_before_it_is_decoded():
    data = _encoded(Image.new("1", (30_000, 30_000)), "PNG")
    began = time.perf_counter()
    with pytest.raises(Unreadable) as refused:
        open_picture(data, "png", 224, 384, megapixels=300)
    assert refused.value.reason == TOO_LARGE
    assert time.perf_counter() - began < 0.5


@pytest.mark.skipif(not EXIF_PHOTOS.exists(), reason="the set of photos with camera data is not here")
def test_date_place_camera_and_turning_are_read_as_the_reference_says(tmp_path):
    with zipfile.ZipFile(EXIF_PHOTOS / "photos.zip") as packed:
        packed.extractall(tmp_path)
    with (EXIF_PHOTOS / "photos.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    places = dates = 0
    for row in rows:
        facts = _read(next(tmp_path.rglob(row["file"]))).facts
        try:
            told = calendar.timegm(time.strptime(row["datetime"], "%Y:%m:%d %H:%M:%S"))
        except ValueError:
            told = None
        assert facts.taken_at == told, row["file"]
        dates += told is not None
        for ours, theirs in ((facts.latitude, row["latitude"]), (facts.longitude, row["longitude"])):
            assert (ours is None) == (theirs == "")
            if ours is not None:
                assert ours == pytest.approx(float(theirs), abs=1e-4)
                places += 1
    assert dates > 120
    assert places > 20


def test_a_camera_raw_file_shows_its_preview_and_tells_its_camera(tmp_path):
    path = tmp_path / "a.dng"
    path.write_bytes(_raw_file(orientation=6))
    reading = _read(path)
    assert reading.format == "RAW"
    assert reading.facts.camera == "Maker Model 1"
    assert reading.facts.taken_at == calendar.timegm((2020, 1, 2, 3, 4, 5))
    assert (reading.facts.width, reading.facts.height) == (64, 96)
    assert reading.pixels[4, 16, 0] > 200 > 60 > reading.pixels[28, 16, 0]  # red was left, and is on top now
    (tmp_path / "b.nef").write_bytes(b"II*\0" + bytes(500))
    assert read_file(Task(bytes(tmp_path / "b.nef"), "b.nef", Wish(ImageSpec(32)))).reason


def _raw_file(orientation: int) -> bytes:
    """The smallest DNG: 96 × 64 sensor values, a JPEG preview, and what the camera says."""
    preview = _encoded(Image.fromarray(RED_LEFT), "JPEG")
    preview += b"\0" * (len(preview) % 2)
    sensor = np.random.default_rng(0).integers(0, 4000, (64, 96)).astype("<u2").tobytes()

    def directory(at: int, entries: list[tuple[int, str, list[int] | bytes]]) -> bytes:
        table, rest = struct.pack("<H", len(entries)), b""
        behind = at + 2 + 12 * len(entries) + 4
        for tag, form, values in sorted(entries):
            raw = bytes(values) if form in "sB" else struct.pack(f"<{len(values)}{form}", *values)
            kind = {"B": 1, "s": 2, "H": 3, "I": 4}[form]
            field = raw.ljust(4, b"\0") if len(raw) <= 4 else struct.pack("<I", behind + len(rest))
            rest += b"" if len(raw) <= 4 else raw + b"\0" * (len(raw) % 2)
            table += struct.pack("<HHI", tag, kind, len(values)) + field
        return table + struct.pack("<I", 0) + rest

    sensor_at = 8 + len(preview)
    inner_at = sensor_at + len(sensor)
    sensor_tags = {254: [0], 256: [96], 257: [64], 273: [sensor_at], 278: [64], 279: [len(sensor)]}
    sensor_forms = {258: [16], 259: [1], 262: [32803], 277: [1], 33421: [2, 2]}
    inner = directory(
        inner_at,
        [
            *((tag, "I", values) for tag, values in sensor_tags.items()),
            *((tag, "H", values) for tag, values in sensor_forms.items()),
            (33422, "B", [0, 1, 1, 2]),
        ],
    )
    outer_at = inner_at + len(inner)
    preview_tags = {254: [1], 256: [60], 257: [40], 273: [8], 278: [40], 279: [len(preview)], 330: [inner_at]}
    preview_forms = {258: [8, 8, 8], 259: [7], 262: [6], 274: [orientation], 277: [3]}
    told = {271: b"Maker\0", 272: b"Model 1\0", 306: b"2020:01:02 03:04:05\0", 50708: b"Maker Model 1\0"}
    outer = directory(
        outer_at,
        [
            *((tag, "I", values) for tag, values in preview_tags.items()),
            *((tag, "H", values) for tag, values in preview_forms.items()),
            *((tag, "s", words) for tag, words in told.items()),
            (50706, "B", [1, 4, 0, 0]),
        ],
    )
    return b"II*\0" + struct.pack("<I", outer_at) + preview + sensor + inner + outer
