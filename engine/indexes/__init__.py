"""Fast answers to "which rows of a space are nearest to this direction".

Comes in: the memory-mapped float16 matrix of a vector file. Goes out: cosines per row, or the best rows with true cosines. `scan` is
exact; `compressed` reads a smaller copy first and refines exactly. Knows rows only, not items. May import vectors, errors, values.
"""
