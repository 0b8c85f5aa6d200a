"""The command line: one file per verb, found by walking this folder. A contract with scripts and other programs (README).

Each file has HELP (one line), `add_arguments(parser)` and `run(arguments) -> int`. Exit codes: 0 done, 1 stopped with a reason, 2 wrong usage.
"""
