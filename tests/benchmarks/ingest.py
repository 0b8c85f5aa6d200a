"""Adding 12-megapixel photos with ViT-B-32 (random weights): ours against the straightforward loop, and against the encoder alone.

`python -m tests.benchmarks.ingest [photos] [--keep FOLDER]` prints one JSON line. Photos are made here: soft shapes and noise at 4000 × 3000,
3 to 5 MB each as JPEG. The loop decodes with Pillow in full, applies open_clip's own preprocessing, and encodes batch after batch.
The encoder's own rate is measured on ready tensors with the backend the engine chose for it (`of_encoder_rate`), and as open_clip
runs it (`of_plain_encoder_rate`). All on the same threads.

Reading and encoding share the cores, so however well they overlap, a processor cannot bring photos in faster than this part of the
encoder's own rate: encoder / (encoder + readers + rest), in core-milliseconds per photo (`ceiling`). The faster the encoder, the lower
that part, and the more photos a second all the same. `busy` is the part of the cores' time that was used: what it lacks of 1 is
waiting, or was taken by other programs.

Why 0.9 of the encoder's rate is out of reach on two cores, in core-milliseconds per 12-megapixel photo of 3.3 MB on an AVX512-BF16
processor: the encoder takes 24 (90 before its weights were held in bfloat16), everything else would have to fit into 2.7. Readers
take 19 once their loops are loaded (30 with Pillow alone): reading 0.8, hash 0.4, the Huffman code and the means 14 (libjpeg-turbo:
24), three thumbnails 3, the model's pixels 1; keeping rows, thumbnails and vectors takes 3 more. Reading, hashing and thumbnails
alone are above 2.7. The ceiling is 24 / 46 = 0.52; with the old encoder and today's readers it would be 0.80, at half the photos
a second. With more cores the share stays what it is; it rises with a larger model (ViT-L-14: some twenty times the encoder's work).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.engine import Engine
from engine.jobs.progress import Progress
from engine.models.devices import cores
from engine.workflows.add_folders import AddFolders
from tests.benchmarks.machine import machine
from tests.support.builders import open_empty

ARCHITECTURE = "ViT-B-32"
SIZE = (4000, 3000)
ROUNDS = 3  # of the encoder alone; the best counts
LOOP_PHOTOS = 64


def main() -> None:
    """Make photos, measure all three, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("photos", nargs="?", type=int, default=192)
    parser.add_argument("--keep", type=Path, help="make the photos and the model here, and use what is there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sightline-ingest-") as scratch:
        place = arguments.keep or Path(scratch)
        photos = _photos(place / "photos", arguments.photos)
        model = _model(place / "model")
        with open_empty(Path(scratch) / "library") as engine:
            key = engine.models.use(engine.models.add(model, "ViT-B-32").key).key
            encoder = engine.models.encoder()  # loading is paid once per session, by all three alike
            plain = _encoder_rate(encoder)
            engine.models.measure_tower(key, "image")  # once per model and machine: a long job does it by itself
            alone = _encoder_rate(encoder)
            encoding = _encoder_cost(encoder)
            ours = _ours(engine, photos[0].parent, len(photos))
            alone = max(alone, _encoder_rate(encoder))
            device, batch = encoder.device, encoder.batch_size("image")
        loop = _loop(model, photos[: min(LOOP_PHOTOS, len(photos))])
    rest = max(0.0, ours.own_ms - encoding)
    print(
        json.dumps(
            {
                "benchmark": "ingest",
                "ours": {
                    "photos": len(photos),
                    "megapixels": SIZE[0] * SIZE[1] / 1e6,
                    "photos_per_s": round(ours.rate, 2),
                    "of_encoder_rate": round(ours.rate / alone, 3),
                    "ceiling": round(encoding / (encoding + ours.readers_ms + rest), 3),
                    "of_plain_encoder_rate": round(ours.rate / plain, 3),
                    "core_ms": {
                        "encoder": round(encoding, 1),
                        "readers": round(ours.readers_ms, 1),
                        "rest": round(rest, 1),
                    },
                    "busy": round(ours.busy, 3),
                    "encoder": f"{device}, batches of {batch}",
                },
                "peer": {
                    "what": "Pillow full decode, open_clip preprocess, one batch after the other",
                    "photos_per_s": round(loop, 2),
                    "encoder_on_ready_tensors_per_s": round(alone, 2),
                    "plain_encoder_on_ready_tensors_per_s": round(plain, 2),
                },
                "ratio": round(ours.rate / loop, 2),
                "machine": machine(),
            }
        )
    )


@dataclass(frozen=True)
class Run:
    """Photos a second; core-milliseconds a photo of this process and of the readers; part of the cores' time that was used."""

    rate: float
    own_ms: float
    readers_ms: float
    busy: float


def _photos(folder: Path, count: int) -> list[Path]:
    """Pictures no two of which are alike, with the file sizes of a phone's."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"IMG_{number:04}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        if path.exists():
            continue
        random = np.random.default_rng(number)
        soft = Image.fromarray(random.integers(0, 255, (12, 16, 3), dtype=np.uint8)).resize(
            SIZE, Image.Resampling.BICUBIC
        )
        grain = random.normal(0, 7, (SIZE[1] // 2, SIZE[0] // 2)).astype(np.float32).repeat(2, 0).repeat(2, 1)
        pixels = (
            np.asarray(soft, np.float32)
            + grain[..., None]
            + random.normal(0, 3, (SIZE[1], SIZE[0], 1)).astype(np.float32)
        )
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path, quality=90)
    return paths


def _model(folder: Path) -> Path:
    """ViT-B-32 as open_clip builds it, with random weights, as a model folder."""
    if (folder / "open_clip_model.safetensors").exists():
        return folder
    import open_clip
    import torch
    from safetensors.torch import save_file

    from tests.support.tiny_model import _write_tokenizer

    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    network = open_clip.create_model(ARCHITECTURE, pretrained=None)
    save_file(
        {name: part.contiguous() for name, part in network.state_dict().items()}, folder / "open_clip_model.safetensors"
    )
    config = {"model_cfg": open_clip.get_model_config(ARCHITECTURE), "preprocess_cfg": {"size": 224}}
    (folder / "open_clip_config.json").write_text(json.dumps(config), "utf-8")
    _write_tokenizer(folder)
    return folder


def _encoder_rate(encoder: Any) -> float:
    """Pictures a second on ready tensors."""
    size = encoder.batch_size("image")
    batch = np.random.default_rng(0).integers(0, 255, (size, 224, 224, 3), dtype=np.uint8)
    encoder.encode_images(batch)
    best = 0.0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        encoder.encode_images(batch)
        best = max(best, size / (time.perf_counter() - began))
    return best


def _encoder_cost(encoder: Any) -> float:
    """Core-milliseconds a picture."""
    batch = np.random.default_rng(0).integers(0, 255, (64, 224, 224, 3), dtype=np.uint8)
    began = time.process_time()
    encoder.encode_images(batch)
    return (time.process_time() - began) / len(batch) * 1000


def _ours(engine: Engine, folder: Path, count: int) -> Run:
    """`AddFolders` to the last vector."""
    began, own, readers = time.perf_counter(), _spent(resource.RUSAGE_SELF), _spent(resource.RUSAGE_CHILDREN)
    summary = AddFolders((str(folder),)).run(engine, Progress())
    seconds = time.perf_counter() - began
    own, readers = _spent(resource.RUSAGE_SELF) - own, _spent(resource.RUSAGE_CHILDREN) - readers
    assert summary.encoded == summary.items == count, summary
    return Run(count / seconds, own / count * 1000, readers / count * 1000, (own + readers) / seconds / cores())


def _spent(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _loop(model: Path, photos: list[Path]) -> float:
    """Photos a second of what everybody writes first."""
    import open_clip
    import torch
    from PIL import Image

    from engine.models.loader import load_towers

    towers = load_towers(model)
    preprocess = open_clip.image_transform(224, is_train=False)
    began = time.perf_counter()
    with torch.inference_mode():
        for start in range(0, len(photos), 32):
            batch = torch.stack([preprocess(Image.open(photo)) for photo in photos[start : start + 32]])
            towers.network.encode_image(batch, normalize=True).numpy()
    return len(photos) / (time.perf_counter() - began)


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    main()
