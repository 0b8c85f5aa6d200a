"""Builds a page when it is first opened, so that the window starts with the one that is seen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.window import pages
from desktop.window.pages import Page
from engine.values import Filter

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow


def build_page(window: MainWindow, page: Page) -> QWidget:
    """The widget of a page. Raises KeyError for one that has none."""
    bridge, theme, notices = window.bridge, window.theme, window.notices
    if page is pages.WELCOME:
        from desktop.welcome.welcome_page import WelcomePage

        return WelcomePage(theme, window.doors)
    if page is pages.FAILURES:
        from desktop.jobs.failures_page import FailuresPage

        return FailuresPage(bridge, theme, notices, window.go_back)
    if page is pages.MODELS:
        from desktop.models_page.models_page import ModelsPage

        return ModelsPage(bridge, theme, notices)
    if page is pages.DIAGNOSE:
        from desktop.diagnostics.acts import answers_of, show_items
        from desktop.diagnostics.diagnose_page import DiagnosePage

        diagnose = DiagnosePage(bridge, theme, notices, partial(_scope, window), partial(answers_of, window))
        diagnose.items_wanted.connect(partial(show_items, window))
        return diagnose
    if page is pages.REVIEW:
        from desktop.diagnostics.acts import show_items
        from desktop.review.review_page import ReviewPage

        review = ReviewPage(bridge, theme, window.actions, notices)
        review.items_wanted.connect(partial(show_items, window))
        return review
    if page is pages.TRAIN:
        from desktop.training.train_page import TrainPage

        return TrainPage(bridge, theme, window.actions, notices, partial(_scope, window))
    if page is pages.SETTINGS:
        from desktop.settings_page import SettingsPage

        return SettingsPage(bridge, theme, window.actions, notices, window.open_key_sheet)
    raise KeyError(page.key)


def _scope(window: MainWindow, which: str) -> Filter:
    """Which items are meant by all, shown or selected."""
    if which == "selected":
        return Filter(item_ids=tuple(int(number) for number in window.selection.ids))
    return window.shown.request.filter if which == "shown" else Filter()
