"""The one training loop and what it needs: plan, schedules, averaging, checkpoints, replicas, evaluation.

A task (see loop.Task) comes in, averaged weights and a loss history come out. What a recipe must offer is declared
here, so the loop never imports recipes.
"""
