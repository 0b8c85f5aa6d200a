"""Makes a model folder of what a run trained: the parent's description and tokenizer, the new weights, a card that says where from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.models.checkpoints import read_weights
from engine.models.folder import ModelFolder
from engine.training.checkpoint import write_tensors

if TYPE_CHECKING:
    from torch import nn

    from engine.training.comparing import Comparing

WEIGHTS = "open_clip_model.safetensors"


def write_model(parent: ModelFolder, task: Comparing, target: Path, name: str, about: str) -> Path:
    """Make a model folder in `target` of what `task` trained. Raises OSError."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    network = task.released()
    if task.write is not None:
        task.write(parent, target)
    else:
        copy_parts(parent, target, but=(parent.checkpoint.name,))
        write_weights(parent, network, target)
    card: dict[str, Any] = {**parent.card, "name": name}
    (target / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False), "utf-8")
    (target / "README.md").write_text(about, "utf-8")
    return target


def copy_parts(parent: ModelFolder, target: Path, *, but: tuple[str, ...]) -> None:
    """The parent's files: description, tokenizer, sound encoder, weights; not those named in `but`, nor what is said about it."""
    for file in parent.path.iterdir():
        if file.is_file() and file.name not in (*but, "README.md", "card.json", "training.json"):
            shutil.copyfile(file, target / file.name)


def write_weights(parent: ModelFolder, network: nn.Module, target: Path) -> None:
    """The picture and word towers, in the number format in which the parent stored them."""
    stored = {key: value.dtype for key, value in read_weights(parent.checkpoint).items()}
    state = {key: value.to(stored.get(key, value.dtype)) for key, value in network.state_dict().items()}
    write_tensors(state, target / WEIGHTS)


def about_run(told: dict[str, Any]) -> str:
    """The model card of a run's result, in Markdown: what it started from, what it saw, what that did."""
    lines = [
        f"# {told['name']}",
        "",
        f"Made on this computer by run {told['number']} (`{told['recipe']}`) from the model `{told['model']}`.",
        "",
        f"- Learnt from {told['pairs']:,} files of {told['source']}; {told['held_out']:,} more were held out.",
        f"- Step {told.get('kept_step', told.get('step', 0)):,} of {told['steps']:,}; seed {told['seed']}.",
        f"- Settings: {', '.join(f'{key} {value}' for key, value in told['settings'].items())}.",
        "",
        "| Figure | before | after |",
        "|---|---|---|",
    ]
    for name in told.get("before", {}):
        if name in told.get("after", {}):
            row = (_figure(told["before"][name]), _figure(told["after"][name]))
            lines.append(f"| {name.replace('_', ' ')} | {row[0]} | {row[1]} |")
    return "\n".join(lines) + "\n"


def _figure(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"
    return f"{value:.3f}"
