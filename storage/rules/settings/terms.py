"""On which terms a shop takes an order: when, where, from which value on, and at what cost. The flow says beforehand
what the action refuses; both ask here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.rules.orders import Fulfilment
from storage.rules.settings.area import Place, Standing, standing
from storage.rules.settings.charges import Charge, charges, to_minor
from storage.rules.settings.sections import Settings
from storage.rules.settings.week import is_open, next_opening

PLACED = "placed"
PLACED_BEYOND = "placed outside the delivery area"
SOON = ("", "asap")
"""Wishes of an order that is for as soon as can be; others are the customer's words for a time."""


class Problem(StrEnum):
    """Why an order cannot be taken as it is; each is a sentence for the customer."""

    CLOSED = "We are closed now."
    CLOSED_THEN = "We are closed at that time."
    NO_DELIVERY = "We do not deliver; please pick your order up."
    NO_PICKUP = "We only deliver; please say where we shall bring it."
    MINIMUM = "This is less than the least that we can take."
    OUTSIDE = "We do not deliver there."
    NO_PIN = "Please add the six-digit PIN code to the address."
    NO_LOCATION = "Please send your location, so that I can see whether we deliver there."


_OF_STANDING = {
    Standing.OUTSIDE: Problem.OUTSIDE,
    Standing.NO_PIN: Problem.NO_PIN,
    Standing.NO_LOCATION: Problem.NO_LOCATION,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """A shop's settings, read by its own clock and in its own currency."""

    settings: Settings
    zone: ZoneInfo
    currency: str

    def is_open(self, at: datetime) -> bool:
        return is_open(self.settings.hours.week, self.settings.hours.holidays, self.zone, at)

    def opens(self, after: datetime) -> datetime | None:
        """The next opening, in UTC; `after` itself while the shop is open."""
        return next_opening(self.settings.hours.week, self.settings.hours.holidays, self.zone, after)

    def refuses_now(self, now: datetime) -> bool:
        """Whether no order at all is taken at this hour."""
        if self.is_open(now):
            return False
        return self.settings.hours.outside == "refuse" or self.opens(now) is None

    def ways(self) -> tuple[Fulfilment, ...]:
        """How an order can come to its customer."""
        offered = (
            (Fulfilment.DELIVERY, self.settings.delivery.offered),
            (Fulfilment.PICKUP, self.settings.delivery.pickup),
        )
        return tuple(way for way, is_offered in offered if is_offered)

    def least(self, fulfilment: Fulfilment | None) -> int:
        """The least that the goods must cost, in minor units; None: whatever way is taken."""
        orders = self.settings.orders
        held = orders.minimum_for == "all" or fulfilment is Fulfilment.DELIVERY
        return to_minor(orders.minimum, self.currency) if orders.minimum is not None and held else 0

    def stands(self, address: str, place: Place | None) -> Standing:
        shop, delivery = self.settings.shop, self.settings.delivery
        return standing(shop=shop.location, radius=delivery.radius, pins=delivery.pins, place=place, address=address)

    def area_problem(self, address: str, place: Place | None) -> Problem | None:
        """Why the shop does not deliver there; None where it does, or where people decide."""
        if self.settings.delivery.outside == "ask":
            return None
        return _OF_STANDING.get(self.stands(address, place))

    def is_beyond(self, fulfilment: Fulfilment, address: str, place: Place | None) -> bool:
        """Whether people have to look whether the shop delivers there."""
        return fulfilment is Fulfilment.DELIVERY and self.stands(address, place) is not Standing.INSIDE

    def problem(
        self,
        *,
        now: datetime,
        goods: int,
        fulfilment: Fulfilment,
        address: str,
        place: Place | None,
        wanted_at: datetime | None,
    ) -> Problem | None:
        """The first reason against an order whose goods cost `goods` minor units."""
        if self.refuses_now(now):
            return Problem.CLOSED
        if fulfilment not in self.ways():
            return Problem.NO_DELIVERY if fulfilment is Fulfilment.DELIVERY else Problem.NO_PICKUP
        if goods < self.least(fulfilment):
            return Problem.MINIMUM
        if fulfilment is Fulfilment.DELIVERY and (found := self.area_problem(address, place)) is not None:
            return found
        return Problem.CLOSED_THEN if wanted_at is not None and not self.is_open(wanted_at) else None

    def due(self, now: datetime, wanted: str, wanted_at: datetime | None) -> datetime | None:
        """For when an order is, where that is a time. As soon as can be is the next opening while the shop is closed;
        "tomorrow evening" stays what it is: the opening before it is not meant."""
        if wanted_at is not None or wanted not in SOON or self.is_open(now):
            return wanted_at
        return self.opens(now)

    def charges(self, goods: int, fulfilment: Fulfilment | None) -> Sequence[Charge]:
        """What comes below the goods."""
        delivery = self.settings.delivery
        fee = delivery.fee if fulfilment is Fulfilment.DELIVERY else None
        return charges(
            goods,
            fee=to_minor(fee, self.currency) if fee else None,
            free_above=None if delivery.free_above is None else to_minor(delivery.free_above, self.currency),
            taxes=self.settings.orders.tax,
        )
