"""EXTENSION 3, recipes: one file per training procedure; says what differs and leaves the loop to engine/training.

A recipe's constructor only stores its parameters. Given a model's towers and the user's pairs it makes a task and a plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.registry import Registry

if TYPE_CHECKING:
    from engine.training.recipe import Recipe

recipes: Registry[type[Recipe]] = Registry("engine.recipes")
recipe = recipes.register
