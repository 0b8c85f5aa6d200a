"""Trained networks: what is installed, how a folder or checkpoint becomes towers in memory, and which device and backend runs them.

Comes in: open_clip folders (and the sound encoder beside them), batches of ready tensors, words. Goes out: L2-normalised vectors.
Imports catalogue, errors, events and values; torch only inside functions. Opens no connection.
"""
