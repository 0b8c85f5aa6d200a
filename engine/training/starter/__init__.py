"""Trains the starter model: `python -m engine.training.starter --data DIR --out DIR` makes resources/starter again.

Text first (a small encoder that imitates a sentence encoder, in many languages), then pictures and sounds into that
space. Reads the research sets of the data folder; nothing of a dev split is trained on. Not part of the running product.
"""
