"""A torch without CUDA beside the registry's torchvision: the model's libraries are imported all the same, and compute the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROBE = """
import json, sys
import torch
if sys.argv[1] == "without":
    real = torch.ops.load_library
    def refuse(path):
        if "torchvision" in str(path):
            raise OSError("libcudart.so.13: cannot open shared object file")
        return real(path)
    torch.ops.load_library = refuse
from engine.models.imports import import_open_clip
open_clip = import_open_clip()
import torchvision
from PIL import Image
picture = Image.linear_gradient("L").resize((300, 200)).convert("RGB")
network, _, transform = open_clip.create_model_and_transforms("RN50", pretrained=None, force_image_size=64)
torch.manual_seed(0)
for weight in network.parameters():
    torch.nn.init.normal_(weight, std=0.02)
with torch.inference_mode():
    vector = network.eval().encode_image(transform(picture)[None])[0]
print(json.dumps([torchvision.extension._has_ops(), vector[:8].tolist()]))
"""


@pytest.mark.timeout(300)
def test_the_compiled_part_of_torchvision_may_be_missing():
    has_it, plain = _probe("with")
    without, same = _probe("without")
    assert (has_it, without) == (True, False)
    assert same == plain


def _probe(how):
    done = subprocess.run([sys.executable, "-c", PROBE, how], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
