"""Slow, plain versions of papers' formulas, loop by loop in the papers' notation, to compare the fast ones with."""
