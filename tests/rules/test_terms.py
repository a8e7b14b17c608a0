"""Hours by the shop's clock, whatever is done to clocks; and what an order costs, to the last paisa."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.rules.orders import Fulfilment
from storage.rules.settings.charges import Tax, Taxes, charge_json, charge_of, charges, to_minor, to_pay
from storage.rules.settings.registry import settings_of
from storage.rules.settings.terms import Problem, Terms
from storage.rules.settings.week import Holiday, is_open, next_opening, read_week
from tests.rules.test_settings import SPANS

INDIA = ZoneInfo("Asia/Kolkata")
# Where clocks are changed: by an hour, by half an hour, at midnight.
ZONES = [INDIA, *map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana"))]
WEEKS = st.lists(SPANS, min_size=7, max_size=7).filter(any).map(tuple)
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
HOLIDAYS = st.lists(st.dates(date(2024, 1, 1), date(2027, 1, 1)).map(Holiday), max_size=3).map(tuple)


def _at(text: str, zone: ZoneInfo = INDIA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@given(week=WEEKS, holidays=HOLIDAYS, zone=st.sampled_from(ZONES), now=MOMENTS)
def test_next_opening_is_open_and_never_before_now(
    week: tuple[tuple[tuple[int, int], ...], ...], holidays: tuple[Holiday, ...], zone: ZoneInfo, now: datetime
) -> None:
    opening = next_opening(week, holidays, zone, now)
    assert opening is not None
    assert opening >= now
    assert is_open(week, holidays, zone, opening)


CHANGES = [
    _at("2026-03-29T00:00", ZoneInfo("Europe/Berlin")),
    _at("2026-10-25T00:00", ZoneInfo("Europe/Berlin")),
    _at("2026-04-05T00:00", ZoneInfo("Australia/Lord_Howe")),
    _at("2026-03-08T00:00", ZoneInfo("America/Havana")),
    _at("2026-11-01T00:00", ZoneInfo("America/Havana")),
    _at("2026-11-01T00:00"),
]


@given(week=WEEKS, day=st.sampled_from(CHANGES), minute=st.integers(-600, 1600))
def test_the_shop_is_nowhere_open_before_its_next_opening(
    week: tuple[tuple[tuple[int, int], ...], ...], day: datetime, minute: int
) -> None:
    """Minute by minute, around the days on which clocks are changed."""
    zone = day.tzinfo
    assert isinstance(zone, ZoneInfo)
    now = day.astimezone(UTC) + timedelta(minutes=minute)
    opening = next_opening(week, (), zone, now)
    assert opening is not None
    before = min(int((opening - now).total_seconds()) // 60, 2000)
    assert not any(is_open(week, (), zone, now + timedelta(minutes=each)) for each in range(before))


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        ("daily 9-17", "2026-11-22T08:59:59", False),
        ("daily 9-17", "2026-11-22T09:00", True),
        ("daily 9-17", "2026-11-22T16:59:59", True),
        ("daily 9-17", "2026-11-22T17:00", False),
        ("sat 18:00-02:00", "2026-11-22T01:59", True),  # a Sunday, in Saturday's night
        ("sat 18:00-02:00", "2026-11-22T02:00", False),
        ("sat 18:00-02:00", "2026-11-21T01:00", False),
        ("always", "2026-11-22T03:00", True),
    ],
)
def test_open_is_what_the_wall_clock_shows(hours: str, at: str, expected: bool) -> None:
    assert is_open(read_week(hours, None), (), INDIA, _at(at)) is expected


def test_a_holiday_begins_no_span_but_the_night_before_goes_on() -> None:
    week, christmas = read_week("daily 18:00-02:00", None), (Holiday(date(2026, 12, 25)),)
    assert is_open(week, christmas, INDIA, _at("2026-12-25T01:00"))
    assert not is_open(week, christmas, INDIA, _at("2026-12-25T20:00"))
    assert not is_open(week, christmas, INDIA, _at("2026-12-26T01:00"))
    assert next_opening(week, christmas, INDIA, _at("2026-12-25T03:00")) == _at("2026-12-26T18:00")
    assert not is_open(None, christmas, INDIA, _at("2026-12-25T12:00"))


def test_a_shop_that_opens_while_the_clock_leaps_opens_behind_the_leap() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    week = read_week("sun 2:30-4:00", None)
    assert next_opening(week, (), berlin, _at("2026-03-29T00:00", berlin)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert next_opening(week, (), berlin, _at("2026-10-25T00:00", berlin)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


RATES = st.decimals(Decimal("0.001"), 50, places=3)
TAXES = st.builds(Taxes, st.lists(st.builds(Tax, st.just("GST"), RATES), max_size=5).map(tuple), st.booleans())
MONEY = st.integers(0, 10**10)


@given(goods=MONEY, fee=st.none() | MONEY, free_above=st.none() | MONEY, taxes=TAXES)
def test_totals_add_up(goods: int, fee: int | None, free_above: int | None, taxes: Taxes) -> None:
    found = charges(goods, fee=fee, free_above=free_above, taxes=taxes)
    delivered = sum(each.amount for each in found if each.kind == "delivery")
    tax = sum(each.amount for each in found if each.kind == "tax")
    assert delivered in {0, fee}
    assert to_pay(goods, found) == goods + delivered + (0 if taxes.included else tax)
    assert all(each.amount >= 0 for each in found)
    rate = sum(each.rate for each in taxes.lines)
    exact = (goods + delivered) * rate / (100 + (rate if taxes.included else 0))
    assert abs(tax - exact) <= Decimal(len(taxes.lines)) / 2
    assert [charge_of(charge_json(each)) for each in found] == list(found)


def test_two_halves_of_a_tax_are_equal_and_a_half_is_rounded_up() -> None:
    halves = Taxes((Tax("CGST", Decimal("2.5")), Tax("SGST", Decimal("2.5"))), included=False)
    found = charges(13_500, fee=3_000, free_above=50_000, taxes=halves)
    assert [each.amount for each in found] == [3_000, 413, 413]
    assert to_pay(13_500, found) == 17_326


def test_a_delivery_is_free_from_the_very_value_on() -> None:
    def fee(goods: int) -> int:
        return charges(goods, fee=3_000, free_above=50_000, taxes=Taxes())[0].amount

    assert (fee(49_999), fee(50_000)) == (3_000, 0)


def test_amounts_follow_the_currencys_own_digits() -> None:
    assert [to_minor(Decimal("30.5"), code) for code in ("INR", "JPY", "KWD")] == [3050, 31, 30500]


def _problem(kept: dict[str, str], now: str = "2026-11-23T12:00", **asked: object) -> Problem | None:
    given_: dict[str, object] = {
        "goods": 10_000,
        "fulfilment": Fulfilment.DELIVERY,
        "address": "MG Road",
        "place": None,
        "wanted_at": None,
    }
    return Terms(settings_of(kept), INDIA, "INR").problem(now=_at(now), **(given_ | asked))  # type: ignore[arg-type]


NIGHT = "2026-11-23T03:00"
DAYTIME = {"hours": "daily 9-17"}


@pytest.mark.parametrize(
    ("kept", "asked", "expected"),
    [
        ({}, {}, None),
        (DAYTIME, {}, None),
        (DAYTIME, {"now": NIGHT}, None),
        ({**DAYTIME, "hours.outside": "refuse"}, {"now": NIGHT}, Problem.CLOSED),
        (DAYTIME, {"wanted_at": _at("2026-11-23T18:00")}, Problem.CLOSED_THEN),
        (DAYTIME, {"wanted_at": _at("2026-11-24T10:00")}, None),
        ({**DAYTIME, "holidays": "2026-11-24"}, {"wanted_at": _at("2026-11-24T10:00")}, Problem.CLOSED_THEN),
        ({"delivery": "off"}, {}, Problem.NO_DELIVERY),
        ({"pickup": "off"}, {"fulfilment": Fulfilment.PICKUP}, Problem.NO_PICKUP),
        ({"minimum": "100.01"}, {}, Problem.MINIMUM),
        ({"minimum": "100"}, {}, None),
        ({"minimum": "200"}, {"fulfilment": Fulfilment.PICKUP}, None),
        ({"minimum": "200", "minimum.for": "all"}, {"fulfilment": Fulfilment.PICKUP}, Problem.MINIMUM),
        ({"delivery.pins": "560001"}, {}, Problem.NO_PIN),
        ({"delivery.pins": "560001"}, {"address": "MG Road 560002"}, Problem.OUTSIDE),
        ({"delivery.pins": "560001", "delivery.outside": "ask"}, {"address": "MG Road 560002"}, None),
        ({"delivery.radius": "5 km", "location": "12.97,77.59"}, {}, Problem.NO_LOCATION),
        ({"delivery.radius": "5 km", "location": "12.97,77.59"}, {"fulfilment": Fulfilment.PICKUP}, None),
    ],
)
def test_each_reason_against_an_order(kept: dict[str, str], asked: dict[str, str], expected: Problem | None) -> None:
    assert _problem(kept, **asked) is expected


def test_an_order_placed_at_night_is_for_the_morning() -> None:
    terms = Terms(settings_of(DAYTIME), INDIA, "INR")
    for soon in ("", "asap"):
        assert terms.due(_at(NIGHT), soon, None) == _at("2026-11-23T09:00")
    assert terms.due(_at(NIGHT), "at 11", _at("2026-11-23T11:00")) == _at("2026-11-23T11:00")
    assert terms.due(_at("2026-11-23T12:00"), "asap", None) is None
    assert terms.due(_at(NIGHT), "tomorrow evening", None) is None
