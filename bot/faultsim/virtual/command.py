"""`munshi simulate`: seeds one after the other; the first that breaks a rule is shown, and ends it."""

import logging
import sys
import time

from bot.faultsim.virtual.simulation import simulate

SHOWN = 40
"""How many of the last steps of a failing seed are printed."""


def run(first: int, count: int, replicas: int | None) -> int:
    """Run `count` seeds from `first`; `replicas` None lets each seed choose how many. Returns the exit code."""
    logging.disable(logging.CRITICAL)  # what breaks is broken on purpose; the trace tells it in order
    started_s = time.monotonic()
    for seed in range(first, first + count):
        result = simulate(seed, replicas)
        if result.violation is not None:
            steps = "\n".join(result.trace[-SHOWN:])
            sys.stdout.write(f"{steps}\nseed {seed}: {result.violation}\nAgain: munshi simulate --seed {seed}")
            sys.stdout.write(f" --replicas {replicas}\n" if replicas else "\n")
            return 1
    took_s = time.monotonic() - started_s
    sys.stdout.write(f"{count} seeds from {first}: every rule held ({took_s / count:.3f} s a seed)\n")
    return 0
