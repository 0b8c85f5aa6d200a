"""Pages of the window: which action opens each, and which panels it goes with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """`number` is its key with Ctrl, by its place in the rail of the finished product; later pages keep theirs free."""

    key: str
    title: str
    icon: str
    number: int | None = None
    sources: bool = False
    inspector: bool = False


EXPLORE = Page("explore", "Explore", "ph.circles-three", 1, sources=True, inspector=True)
REVIEW = Page("review", "Review", "ph.columns", 2)
TRAIN = Page("train", "Train", "ph.graduation-cap", 3)
MODELS = Page("models", "Models", "ph.cube", 5)
DIAGNOSE = Page("diagnose", "Diagnose", "ph.activity", 6)
FAILURES = Page("failures", "Files that could not be read", "ph.warning", sources=True)
SETTINGS = Page("settings", "Settings", "ph.sliders-horizontal")
WELCOME = Page("welcome", "Welcome", "ph.circles-three")
PAGES = (EXPLORE, REVIEW, TRAIN, MODELS, DIAGNOSE, FAILURES, SETTINGS, WELCOME)
RAIL = (EXPLORE, REVIEW, TRAIN, MODELS, DIAGNOSE)
