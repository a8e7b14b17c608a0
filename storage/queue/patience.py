"""How long the engine waits for those who may not come back. A trial waits less than a shop."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Milliseconds. Longer than any unit and any pause of a healthy process may take.

    `lane`: after that another worker takes a lane over. `job`: the same for a job. `claim`: after that a message that
    another process was sending is in doubt; a send may take longer, for its process renews the claim. `receipt`: how long a message in doubt waits for the platform's word.
    """

    lane: int = 30_000
    job: int = 120_000
    claim: int = 60_000
    receipt: int = 120_000

    @property
    def renew(self) -> int:
        """The age at which a claim whose send goes on is made young again: early enough to miss a few times."""
        return self.claim // 4

    @property
    def stale_s(self) -> float:
        """Seconds after which a claim is given back unsent: another process may soon take it for lost."""
        return self.claim / 2000


USUAL = Patience()
