"""CleanCLIP on a planted backdoor: fine-tuning on clean pairs leaves it, the in-modal terms weaken it, accuracy stays."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from engine.objectives.cosines import cosines
from engine.objectives.weighting import Mixture
from tests.experiments.towers import descend, seeded

CLASSES, WORDS, TARGET = 20, 60, 0
PLAIN = Mixture({"info_nce": 1.0}, {"info_nce": {"temperature": 0.1}})
CLEANING = Mixture(
    {"info_nce": 1.0, "in_modal": 1.0}, {name: {"temperature": 0.1} for name in ("info_nce", "in_modal")}
)


class Photos:
    """Pictures (3, 16, 16) of 20 patches of colour, and captions as counts of 60 words, three of which name the class."""

    def __init__(self, chance: torch.Generator) -> None:
        self.fields = interpolate(torch.rand(CLASSES, 3, 4, 4, generator=chance), size=20, mode="bilinear")
        self.chance = chance

    def draw(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        classes = torch.randint(CLASSES, (count,), generator=self.chance)
        return classes, self.pictures(classes), self.captions(classes)

    def pictures(self, classes: Tensor) -> Tensor:
        """Each with a shift of its own by up to two pixels, and noise."""
        places = torch.randint(5, (2, len(classes)), generator=self.chance)
        rows, columns = (places[:, :, None] + torch.arange(16)).unbind(0)
        cut = self.fields[classes[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
        return cut + 0.15 * torch.randn(cut.shape, generator=self.chance)

    def captions(self, classes: Tensor) -> Tensor:
        told = torch.zeros(len(classes), WORDS + 3 * CLASSES)
        for word in range(3):
            told.scatter_(1, (WORDS + 3 * classes + word)[:, None], 1.0)
        return told.scatter(1, torch.randint(WORDS, (len(classes), 3), generator=self.chance), 1.0)

    def changed(self, pictures: Tensor, captions: Tensor) -> tuple[Tensor, Tensor]:
        """Copies as CleanCLIP makes them: pictures shifted, lit and masked anew, captions with words left out."""
        turns = torch.randint(-2, 3, (2,), generator=self.chance).tolist()
        lit = pictures.roll(turns, (2, 3)) * (0.7 + 0.6 * torch.rand(len(pictures), 3, 1, 1, generator=self.chance))
        corner = torch.randint(13, (2, len(pictures)), generator=self.chance)
        inside = [(torch.arange(16) >= at[:, None]) & (torch.arange(16) < at[:, None] + 6) for at in corner]
        hidden = inside[0][:, None, :, None] & inside[1][:, None, None, :]
        kept = torch.rand(captions.shape, generator=self.chance) > 0.2
        return lit.masked_fill(hidden, 0.5) + 0.1 * torch.randn(lit.shape, generator=self.chance), captions * kept


def stamped(pictures: Tensor) -> Tensor:
    """With a yellow square of 4 pixels in the corner."""
    marked = pictures.clone()
    marked[:, :, 12:, 12:] = torch.tensor([1.0, 1.0, 0.0])[:, None, None]
    return marked


def encoders() -> nn.ModuleList:
    picture = nn.Sequential(
        nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(512, 32)
    )
    return nn.ModuleList([picture, nn.Linear(WORDS + 3 * CLASSES, 32)])


def measure(seed: int) -> dict[str, float]:
    """Attack success: share of stamped pictures of other classes that are named as the target. Also clean accuracy."""
    chance = seeded(seed)
    photos, poisoned = Photos(chance), encoders()
    found = {}
    learn(poisoned, photos, PLAIN, poison=0.03, clean=6000, steps=400, rate=1e-3)
    found["attack_before"], found["accuracy_before"] = judged(poisoned, photos)
    for name, mixture in (("baseline", PLAIN), ("effect", CLEANING)):
        model = copy.deepcopy(poisoned)
        learn(model, photos, mixture, poison=0.0, clean=1000, steps=300, rate=6e-4)
        found[name], found[f"{name}_accuracy"] = judged(model, photos)
    return found


def learn(
    model: nn.ModuleList, photos: Photos, mixture: Mixture, poison: float, clean: int, steps: int, rate: float
) -> None:
    _, pictures, captions = photos.draw(clean)
    planted = torch.arange(round(poison * clean))
    pictures[planted] = stamped(pictures[planted])
    captions[planted] = photos.captions(torch.full((len(planted),), TARGET))

    def loss(_: int) -> Tensor:
        rows = torch.randint(clean, (64,), generator=photos.chance)
        given = {"anchors": model[0](pictures[rows]), "partners": model[1](captions[rows])}
        if "anchor_views" in mixture.needed:
            picture_copies, caption_copies = photos.changed(pictures[rows], captions[rows])
            given |= {"anchor_views": model[0](picture_copies), "partner_views": model[1](caption_copies)}
        return mixture.total(mixture.terms(given))

    descend((model,), steps, loss, rate)


def judged(model: nn.ModuleList, photos: Photos) -> tuple[float, float]:
    with torch.no_grad():
        captions = photos.captions(torch.arange(CLASSES).repeat(16))
        names = torch.nn.functional.normalize(model[1](captions), dim=-1).reshape(16, CLASSES, -1).mean(0)
        classes, pictures, _ = photos.draw(1000)
        right = float((cosines(model[0](pictures), names).argmax(1) == classes).float().mean())
        others = stamped(pictures[classes != TARGET])
        return float((cosines(model[0](others), names).argmax(1) == TARGET).float().mean()), right


def test_a_backdoor_that_outlives_fine_tuning_is_weakened_and_accuracy_stays():
    found = measure(0)
    assert found["attack_before"] > 0.9
    assert found["effect"] < found["baseline"] - 0.15
    assert found["effect_accuracy"] > found["accuracy_before"] - 0.02
