"""Trains the starter model: `python -m engine.training.starter train --data DIR` makes resources/starter again.

Words first (a small encoder that imitates a sentence encoder, in many languages), then pictures into that space, then
the words once more, to where the pictures of what they name lie, and sounds. Reads the research sets of the data
folder; nothing of a dev split is trained on. Not part of the running product.
"""
