"""Two small shops of our own for the tests of understanding: a bakery and a pharmacy."""

import json
from functools import cache

from knowledge.language.matching import CatalogueIndex
from knowledge.loaders.catalogue import read_catalogue

BAKERY: dict[str, object] = {
    "name": "bakery",
    "currency": "INR",
    "products": [
        {"name": "choc_cake", "title": "Chocolate Cake", "category": "cakes", "unit": "kg", "price": 700, "options": ["cake_size", "writing"]},
        {"name": "pine_cake", "title": "Pineapple Cake", "titles": {"hi": "अनानास केक"}, "category": "cakes", "unit": "kg", "price": 600, "options": ["cake_size"]},
        {"name": "patty", "title": "Veg Patty", "titles": {"hi": "पैटी"}, "aliases": ["patties", "puff"], "category": "snacks", "unit": "piece", "price": 20, "options": ["heating", "dips"]},
        {"name": "sandwich", "title": "Grilled Sandwich", "aliases": ["sandwich"], "category": "snacks", "unit": "plate", "price": 90, "options": ["portion", "dips"]},
        {"name": "rusk", "title": "Elaichi Rusk 200 g", "aliases": ["rusk", "toast"], "category": "dry", "unit": "packet", "price": 45},
        {"name": "cookies", "title": "Butter Cookies", "titles": {"hi": "बटर कुकीज़"}, "category": "dry", "unit": "kg", "price": 400},
        {"name": "pastry", "title": "Black Forest Pastry", "aliases": ["pastry"], "category": "cakes", "unit": "piece", "price": 60},
        {"name": "buns", "title": "Pav Buns", "aliases": ["bun", "buns"], "category": "bread", "unit": "dozen", "price": 48},
        {"name": "cold_coffee", "title": "Iced Coffee", "category": "drinks", "unit": "glass", "price": 80, "options": ["sugar"]},
        {"name": "shake", "title": "Banana Shake", "category": "drinks", "unit": "glass", "price": 70, "options": ["sugar"]},
        {"name": "drink", "title": "Drink", "category": "drinks", "price": 0, "orderable": False, "generic": True},
    ],
    "option_groups": {
        "cake_size": {"values": {"heart": ["heart shape"], "round": ["gol"]}},
        "writing": {"values": {"happy_birthday": ["happy birthday"]}},
        "heating": {"values": {"warm": ["garma garam"], "room": ["thanda"]}},
        "dips": {"multi": True, "negatable": True, "qualifiable": True, "values": {"ketchup": ["sauce"], "mustard": [], "cheese": ["cheez"]}},
        "portion": {"values": {"half": ["aadha"], "full": ["poora"]}},
        "sugar": {"values": {"no_sugar": ["no sugar"], "less_sugar": ["less sugar", "kam cheeni"]}},
    },
}  # fmt: skip

PHARMACY = """
name: pharmacy
currency: INR
products:
  - {name: pcm_650, title: Dolofix 650, titles: {hi: डोलोफिक्स}, aliases: [fever tablet, bukhar ki goli], unit: strip, price: 32}
  - {name: antacid, title: Acidofree Syrup 200 ml, aliases: [acidofree], unit: bottle, price: 110}
  - {name: ors, title: ORS Sachet (orange), aliases: [ors], unit: packet, price: 21.50}
  - {name: cotton, title: Cotton Roll 100 g, aliases: [rui], unit: piece, price: 40}
  - {name: mask_n95, title: Mask N95, unit: piece, price: 60}
  - {name: mask_plain, title: Surgical Mask, unit: piece, price: 5}
  - {name: gloves, title: Hand Gloves, aliases: [dastane], unit: box, price: 350}
  - {name: spirit, title: Surgical Spirit, unit: litre, price: 240}
"""

CAFE = """
name: cafe
currency: INR
option_groups:
  toppings: {multi: true, negatable: true, values: {onion: [pyaaz], coconut: [nariyal]}}
  sugar: {values: {less_sugar: [less sugar]}}
products:
  - {name: dosa_masala, title: Masala Dosa, category: plates, unit: plate, price: 90, options: [toppings]}
  - {name: dosa_rava, title: Rava Dosa, category: plates, unit: plate, price: 95, options: [toppings]}
  - {name: idli, title: Rice Idli, aliases: [idli], category: plates, unit: plate, price: 60}
  - {name: onion_vada, title: Onion Vada, aliases: [vada], category: plates, unit: piece, price: 20, options: [toppings]}
  - {name: coffee, title: Filter Coffee, titles: {hi: फिल्टर कॉफी}, aliases: [coffee], category: drinks, unit: glass, price: 30, options: [sugar]}
  - {name: tea, title: Ginger Tea, aliases: [chai, tea], category: drinks, unit: glass, price: 20, options: [sugar]}
  - {name: carrot_halwa, title: Gajar Halwa, aliases: [carrot halwa], category: sweets, unit: kg, price: 400}
"""


@cache
def bakery() -> CatalogueIndex:
    return _index(json.dumps(BAKERY).encode(), "bakery.json")


@cache
def pharmacy() -> CatalogueIndex:
    return _index(PHARMACY.encode(), "pharmacy.yaml")


@cache
def cafe() -> CatalogueIndex:
    return _index(CAFE.encode(), "cafe.yaml")


def _index(data: bytes, name: str) -> CatalogueIndex:
    file = read_catalogue(data, name)
    assert file.catalogue is not None, file.faults
    return CatalogueIndex(file.catalogue)
