"""Browsing: grid, table, inspector, viewer, compare, and what can be done with an item. Speaks to the engine through the bridge."""
