"""The poison lab: plants known backdoors into a copy of the user's pairs, so that a cleaning can be tested before it is trusted.

In: a caption table and its pictures (read-only). Out: a folder with a poisoned copy, and a manifest from which the same mark
can be set on other pictures. `attacks/` holds one file per attack; `measure` and `verdict` say whether an attack worked and
whether a cleaning removed it. May import the media reader, datasets and the training's figures; knows no recipe and no window.
"""
