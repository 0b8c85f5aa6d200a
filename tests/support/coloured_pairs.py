"""A world small enough to be learnt in seconds: a coloured shape on a coloured ground, and the sentence that says so."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = {
    "black": (10, 10, 10),
    "red": (220, 30, 30),
    "green": (30, 180, 40),
    "blue": (40, 60, 220),
    "yellow": (230, 220, 40),
    "pink": (240, 120, 190),
    "grey": (130, 130, 130),
    "white": (245, 245, 245),
}
GERMAN = dict(zip(COLOURS, ("schwarz", "rot", "grün", "blau", "gelb", "rosa", "grau", "weiß"), strict=True))


def picture(ground: str, thing: str, seed: int, edge: int = 40) -> np.ndarray:
    """(edge, edge, 3) uint8: a square of one colour somewhere on another, with a little noise that makes every picture its own."""
    random = np.random.default_rng(seed)
    made = np.full((edge, edge, 3), COLOURS[ground], np.float64)
    size = random.integers(edge // 3, edge // 2)
    top, left = random.integers(0, edge - size, 2)
    made[top : top + size, left : left + size] = COLOURS[thing]
    return np.clip(made + random.normal(0, 6, made.shape), 0, 255).astype(np.uint8)


def said(number: int) -> tuple[str, str]:
    """(ground, thing) of picture `number`; neighbours in number differ."""
    names = list(COLOURS)
    return names[number % 8], names[(number // 8 + number * 3 + 1) % 8]


def write_pairs(folder: Path, count: int, *, columns: tuple[str, ...] = ("image", "caption"), first: int = 0) -> Path:
    """`count` PNGs and `pairs.csv` in `folder`; `columns` may also hold caption_de and label (the ground's colour)."""
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    rows = []
    for number in range(first, first + count):
        ground, thing = said(number)
        name = f"pictures/{number:04}.png"
        Image.fromarray(picture(ground, thing, number)).save(folder / name)
        told = {
            "image": name,
            "caption": f"a {thing} square on {ground}",
            "caption_de": f"ein Quadrat, {GERMAN[thing]}, auf {GERMAN[ground]}",
            "label": ground,
        }
        rows.append({column: told[column] for column in columns})
    table = folder / "pairs.csv"
    with table.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns)
        writer.writeheader()
        writer.writerows(rows)
    return table


def taught(model: Path, steps: int = 40) -> Path:
    """Train the tiny model in `model` on other pictures of the same world, without its four lightest grounds, and write it back."""
    from dataclasses import replace

    import torch
    from safetensors.torch import save_file

    from engine.datasets.pairs import Pairs
    from engine.models.loader import load_towers
    from engine.recipes.finetune import Finetune
    from engine.training.loop import train

    numbers = [number for number in range(5000, 5400) if number % 8 < 4][:192]
    pictures = np.stack([picture(*said(number), number) for number in numbers])
    sentences = tuple((f"a {said(number)[1]} square on {said(number)[0]}",) for number in numbers)
    recipe = Finetune(batch=48, learning_rate=3e-3, passes=steps * 48 / 192)
    with torch.random.fork_rng():
        towers = load_towers(model)
        pairs = Pairs(pictures, sentences)
        plan = replace(recipe.plan(len(pairs)), look_every=0)
        train(recipe.task(towers, pairs, plan), plan)
    save_file(towers.network.state_dict(), model / "open_clip_model.safetensors")
    return model
