"""How many pictures a second an encoder makes vectors of: our measured choice against plain open_clip, on ready tensors.

`python -m tests.benchmarks.encoder_rate [ARCHITECTURE ...]`: architectures get random weights (speed does not depend on them);
without a name, the starter and ViT-B-32. Peer: open_clip's own `encode_image` in float32 under inference mode, batches of 32.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from engine.models import backends
from engine.models.encoder import Encoder
from engine.models.imports import import_open_clip
from tests.benchmarks.machine import machine

STARTER = Path(__file__).resolve().parents[2] / "resources" / "starter"
SECONDS = 6.0


def random_folder(architecture: str, folder: Path) -> Path:
    """An open_clip folder of that architecture with random weights."""
    from safetensors.torch import save_file

    open_clip = import_open_clip()
    folder.mkdir(parents=True, exist_ok=True)
    told = {"model_cfg": open_clip.get_model_config(architecture), "preprocess_cfg": {}}
    (folder / "open_clip_config.json").write_text(json.dumps(told))
    network = open_clip.create_model(architecture)
    save_file(network.state_dict(), folder / "open_clip_model.safetensors")
    return folder


def rate(run, batch: np.ndarray) -> float:  # type: ignore[no-untyped-def]
    """Items a second, the median of runs over `SECONDS`."""
    run(batch)
    took = []
    while sum(took) < SECONDS:
        began = time.perf_counter()
        run(batch)
        took.append(time.perf_counter() - began)
    return len(batch) / float(np.median(took))


def measure(folder: Path, exports: Path) -> dict[str, object]:
    import torch

    encoder = Encoder.open(folder)
    choice = backends.measure(encoder, "image", exports)
    ours = rate(encoder.encode_images, backends.probe_batch(encoder, "image", choice.batch))

    network = import_open_clip().create_model(f"local-dir:{folder}", device=encoder.torch_device).eval()
    mean, std = (
        torch.tensor(part, device=encoder.torch_device).view(1, 3, 1, 1)
        for part in (encoder.image.mean, encoder.image.std)
    )

    def plain(batch: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            given = torch.from_numpy(batch).to(encoder.torch_device).permute(0, 3, 1, 2).contiguous().float() / 255
            return network.encode_image((given - mean) / std, normalize=True).cpu().numpy()

    peer = rate(plain, backends.probe_batch(encoder, "image", 32))
    return {
        "device": encoder.device,
        "batch": choice.batch,
        "images_per_s": round(ours, 1),
        "tried": choice.tried,
        "peer_images_per_s": round(peer, 1),
        "ratio": round(ours / peer, 2),
    }


def main() -> None:
    names = sys.argv[1:] or ["starter", "ViT-B-32"]
    with tempfile.TemporaryDirectory() as made:
        found = {
            name: measure(
                STARTER if name == "starter" else random_folder(name, Path(made) / name), Path(made) / "exports"
            )
            for name in names
        }
    print(
        json.dumps(
            {
                "benchmark": "encoder_rate",
                "ours": {name: figures["images_per_s"] for name, figures in found.items()},
                "peer": {name: figures["peer_images_per_s"] for name, figures in found.items()},
                "ratio": {name: figures["ratio"] for name, figures in found.items()},
                "details": found,
                "machine": machine(),
            }
        )
    )


if __name__ == "__main__":
    main()
