"""Folders and files on disk: walk them, recognise kinds, hash contents, notice what is new, changed, moved or gone.

Comes in: a root folder and what the library knew of it. Goes out: plain values. Imports nothing else of the engine, opens
originals for reading only, and writes nothing.
"""
