"""One selection for all views: what changes it, and how quickly."""

import time

import numpy as np
from PySide6.QtCore import Qt

from desktop.collections import browsing
from desktop.selection import SelectionModel


def test_every_change_is_told_once_and_no_change_is_not_told():
    selection, told = SelectionModel(), []
    selection.changed.connect(lambda: told.append(selection.ids.tolist()))

    selection.set([5, 3, 5])
    selection.set([3, 5])
    selection.add([4])
    selection.remove([99])
    selection.intersect([4, 5, 6])
    selection.toggle(5)
    selection.clear()
    selection.clear()

    assert told == [[3, 5], [3, 4, 5], [4, 5], [4], []]


def test_ten_thousand_of_a_hundred_thousand_are_marked_within_five_milliseconds():
    selection = SelectionModel()
    random = np.random.default_rng(0)
    everything = random.permutation(100_000).astype(np.int64)
    selection.set(random.choice(everything, 10_000, replace=False))
    fastest = min(_seconds(lambda: selection.mask(everything)) for _ in range(5))

    assert selection.mask(everything).sum() == 10_000
    assert fastest < 0.005


def test_a_mask_agrees_with_a_naive_look_at_each_item():
    selection = SelectionModel()
    selection.set([1, 8, 1_000_000])
    ids = np.array([8, 2, 1_000_000, 1, 3, 2_000_000])

    assert selection.mask(ids).tolist() == [item in {1, 8, 1_000_000} for item in ids.tolist()]


def test_shift_click_takes_the_range_from_the_anchor_in_the_order_shown():
    selection, order = SelectionModel(), np.array([9, 4, 7, 1, 3])

    browsing.click(selection, order, 1, Qt.KeyboardModifier.NoModifier)
    browsing.click(selection, order, 3, Qt.KeyboardModifier.ShiftModifier)
    assert selection.ids.tolist() == [1, 4, 7]
    browsing.click(selection, order, 0, Qt.KeyboardModifier.ShiftModifier)
    assert selection.ids.tolist() == [4, 9]
    browsing.click(selection, order, 4, Qt.KeyboardModifier.ControlModifier)
    assert selection.ids.tolist() == [3, 4, 9]


def test_keys_carry_one_selected_item_along_but_leave_several_alone():
    selection, order = SelectionModel(), np.array([9, 4, 7, 1, 3])
    browsing.click(selection, order, 0, Qt.KeyboardModifier.NoModifier)
    browsing.move(selection, order, 1, extend=False)
    assert (selection.ids.tolist(), selection.current) == ([4], 4)

    browsing.click(selection, order, 3, Qt.KeyboardModifier.ControlModifier)
    browsing.move(selection, order, 2, extend=False)
    assert (selection.ids.tolist(), selection.current) == ([1, 4], 7)


def _seconds(call) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
