"""The live map: draws points on the CPU, picks and selects them. In: `MapFrame`, ids, colour codes. Out: a selection.

`viewport`, `kernels`, `plain`, `raster`, `buckets`, `polygon`, `paint` and `spread` know arrays only; the rest are widgets and painters.
"""
