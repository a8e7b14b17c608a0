"""One seed, from an empty shop to the end of all its troubles."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """What a seed did. `violation` is the rule that was broken, None when all held; `digest` is the trace's hash."""

    seed: int
    violation: str | None
    trace: list[str]
    digest: str


def simulate(seed: int, replicas: int | None = None) -> Result:
    """Run one seed with that many processes over the same books; None lets the seed choose."""
    raise NotImplementedError(seed, replicas)
