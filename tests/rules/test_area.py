"""Where a shop delivers: distances, PIN codes however they are spelled, and what an address says of both."""

import pytest

from storage.rules.settings.area import Standing, distance, is_pin_alone, pins_in, read_pins, show_pins, standing


def test_distances_are_those_of_the_map() -> None:
    bengaluru, chennai = (12.9716, 77.5946), (13.0827, 80.2707)
    assert distance(bengaluru, chennai) == pytest.approx(290_200, rel=0.005)
    assert distance(bengaluru, bengaluru) == 0
    assert distance((0, 179.999), (0, -179.999)) == pytest.approx(222, abs=1)


@pytest.mark.parametrize(
    ("address", "pins"),
    [
        ("12 MG Road, Bengaluru 560001", (560001,)),
        ("12 MG Road 560 038, call 9800000001", (560038,)),
        ("१२ एम जी रोड ५६०००१", (560001,)),
        ("flat 1234567, door 12345", ()),
        ("012345", ()),
    ],
)
def test_pin_codes_are_found_in_addresses(address: str, pins: tuple[int, ...]) -> None:
    assert pins_in(address) == pins


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({}, Standing.INSIDE),
        ({"radius": 5000}, Standing.INSIDE),  # without the shop's place a radius says nothing
        ({"radius": 5000, "shop": (12.97, 77.59), "place": (12.98, 77.60)}, Standing.INSIDE),
        ({"radius": 5000, "shop": (12.97, 77.59), "place": (13.08, 80.27)}, Standing.OUTSIDE),
        ({"radius": 5000, "shop": (12.97, 77.59), "address": "MG Road"}, Standing.NO_LOCATION),
        ({"pins": ((560001, 560010),), "address": "MG Road 560005"}, Standing.INSIDE),
        ({"pins": ((560001, 560010),), "address": "MG Road 560011"}, Standing.OUTSIDE),
        ({"pins": ((560001, 560010),), "address": "560005, no, 110001 Delhi"}, Standing.OUTSIDE),
        ({"pins": ((560001, 560010),), "address": "MG Road"}, Standing.NO_PIN),
    ],
)
def test_a_place_is_inside_outside_or_says_too_little(given_: dict[str, object], expected: Standing) -> None:
    asked: dict[str, object] = {"shop": None, "radius": None, "pins": None, "place": None, "address": ""}
    assert standing(**(asked | given_)) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("560 038", "560038"),
        ("५६००३८, ٥٦٠٠٤٠", "560038, 560040"),
        ("560 001 - 560 010", "560001-560010"),
        ("560001 to 560010; 560011", "560001-560011"),
    ],
)
def test_pin_codes_are_taken_as_customers_spell_them(written: str, shown: str) -> None:
    assert show_pins(read_pins(written, None)) == shown


@pytest.mark.parametrize(
    ("said", "alone"),
    [
        ("560038", True),
        ("the pin is ५६० ०३८", True),
        ("Indiranagar 560038", True),
        ("5 Brigade Road 560025", False),
        ("560038 or 560025", True),
        ("Brigade Road", False),
    ],
)
def test_a_pin_code_alone_is_told_from_another_address(said: str, alone: bool) -> None:
    assert is_pin_alone(said) is alone


def test_the_edge_of_the_area_is_inside() -> None:
    """Some metres within the radius, on it, and beyond it; a degree of latitude is 111,195 m."""
    shop = (12.97, 77.59)
    edge = round(distance(shop, (13.0, 77.59)))
    for radius, expected in ((edge + 1, Standing.INSIDE), (edge - 1, Standing.OUTSIDE)):
        assert standing(shop=shop, radius=radius, pins=None, place=(13.0, 77.59), address="") is expected
    assert standing(shop=shop, radius=50, pins=None, place=shop, address="") is Standing.INSIDE
