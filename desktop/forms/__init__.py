"""Forms made from declared parameters (engine/parameters.py), for objectives, recipes, diagnostics and whatever declares them.

Comes in: parameters, with values where they differ from the defaults. Goes out: `Form.values()`, and a sentence beside every
field whose value does not fit. What fits is decided by the parameters alone, never here.
"""
