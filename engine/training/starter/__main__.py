"""`python -m engine.training.starter train --data DIR` makes the starter again; `measure` gives its dev figures.

Each stage continues from its own checkpoints in --work, so the command may be stopped and started at any time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from engine.training.loop import Report, train
from engine.training.starter.sentences import all_examples
from engine.training.starter.settings import Settings
from engine.training.starter.stages import Meanings, image_task, naming_task, picture_tower, sound_task, text_task
from engine.training.starter.teacher import Encoding, Teacher

STARTER = Path(__file__).resolve().parents[3] / "resources" / "starter"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m engine.training.starter", description=__doc__)
    parser.add_argument("act", choices=("train", "measure"))
    parser.add_argument("--data", type=Path, required=True, help="the folder with photos64, flickr8k, stamps, ...")
    parser.add_argument("--starter", type=Path, default=STARTER, help="the model folder to write or measure")
    parser.add_argument(
        "--work", type=Path, default=Path("starter-work"), help="checkpoints and caches of the training"
    )
    arguments = parser.parse_args(words)
    torch.set_num_threads(1)  # replicas use the cores
    if arguments.act == "train":
        make(arguments.data, arguments.starter, arguments.work, Teacher())
    figures = measured(arguments.starter, arguments.data)
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    return 0


def make(data: Path, starter: Path, work: Path, teacher: Encoding) -> None:
    """Run the stages with the settings in the starter's training.json and write its weights."""
    from tokenizers import Tokenizer

    from engine.training.starter.architecture import VOCABULARY
    from engine.training.starter.release import release
    from engine.training.starter.tokenizer import train_tokenizer

    settings = Settings.read(starter / "training.json")
    words = teacher.words()
    examples = all_examples(data, words, settings.text.seed)
    english = sorted({sentence for example in examples for sentence in example.meaning})
    vectors = _cached(work / "teacher.npy", lambda: teacher.encode(english))
    if not (work / "tokenizer" / "tokenizer.json").is_file():
        train_tokenizer((example.text for example in examples), VOCABULARY, work / "tokenizer")
    tokenizer = Tokenizer.from_file(str(work / "tokenizer" / "tokenizer.json"))

    meanings = Meanings(english, vectors)
    texts = text_task(examples, meanings, tokenizer, set(words), settings)
    text = train(texts, settings.text, work / "text", _said("text")).state
    image = train(image_task(data, meanings, settings), settings.image, work / "image", _said("image")).state
    tower = picture_tower()
    tower.load_state_dict(image)
    texts.network.load_state_dict(text)
    naming = naming_task(data, texts, tower, tokenizer, settings)
    text = train(naming, settings.naming, work / "naming", _said("naming")).state
    sound = train(sound_task(data, meanings, settings), settings.sound, work / "sound", _said("sound")).state
    release(starter, work / "tokenizer", text, image, sound, VOCABULARY)


def measured(starter: Path, data: Path) -> dict[str, dict[str, float]]:
    """The dev figures as plain numbers, each with its interval."""
    from engine.training.starter.measure import measure

    return {
        name: {"value": round(one.value, 4), "low": round(one.low, 4), "high": round(one.high, 4), "n": one.examples}
        for name, one in measure(starter, data).items()
    }


def _cached(path: Path, make_it: Callable[[], np.ndarray]) -> np.ndarray:
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, make_it().astype(np.float16))
    found: np.ndarray = np.load(path)
    return found


def _said(stage: str) -> Callable[[Report], None]:
    def say(report: Report) -> None:
        losses = "  ".join(f"{name} {value:.3f}" for name, value in report.losses.items())
        sys.stderr.write(f"{stage} {report.step}/{report.steps}  {losses}\n")

    return say


if __name__ == "__main__":
    raise SystemExit(main())
