"""The Diagnose page: choose what to measure, look at the evidence, do something about it.

Each kind of evidence part (measures, table, plot, pairs, groups) has one view here, chosen by the part's class. Speaks to
`engine.diagnostics` through the bridge and computes nothing.
"""
