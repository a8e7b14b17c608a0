"""By what a person is recognised in text, and by what not."""

import pytest

from storage.rules.traces import Traces

ASHA = Traces(["Asha"], ["+919800000001", "7123456789", "IN.1a2b3c"], ["12 MG Road, “Indira”nagar\nfloor 2"])


@pytest.mark.parametrize(
    "said",
    [
        "Asha wrote",
        "ASHA!",
        "card of Asha\nnext line",
        "+919800000001",
        "919800000001",
        "call 98000-00001",
        "/erase 98000 00001",
        {"a": [{"b": "x 9800000001 y"}]},
        {"Asha": 1},
        {"from": {"id": 7123456789}},
        "12 MG Road, “Indira”nagar\nfloor 2, please",
        "IN.1a2b3c",
    ],
)
def test_what_speaks_of_her_is_found(said: object) -> None:
    assert ASHA.found_in(said)


@pytest.mark.parametrize(
    "said", ["Ashali", "Natasha", "+919800000002", "98000 00011", None, True, 12, "12 MG Road", {}, []]
)
def test_what_speaks_of_somebody_else_is_not(said: object) -> None:
    assert not ASHA.found_in(said)


def test_a_name_alone_may_mean_another() -> None:
    assert not ASHA.found_in("Asha wrote", names=False)
    assert ASHA.found_in("9800000001", names=False)


def test_what_is_too_short_means_nobody() -> None:
    nobody = Traces(["", " ", "A"], ["", "7001"], ["", "asap"])
    assert len(nobody) == 0
    assert not nobody.found_in(["A", "7001", "asap", "", 7001])
