"""The Train page: choose pairs, model and recipe, see what it would cost, watch the curves, keep what is better.

Speaks to `engine.training` through the bridge. Curves come as `TrainingReport` events; nothing is computed here.
"""
