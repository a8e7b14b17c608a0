"""A catalogue file read in a process of its own: what is hostile in it costs that process, and nothing else.

`python -m knowledge.loaders.catalogue_process NAME CURRENCY WHOLE` takes the bytes on its standard input and answers
with JSON: {"faults", "notes", "count", "first": [[title, price, unit]]}, and where WHOLE is 1 the "catalogue".
"""

import resource
import sys
from typing import Any

import orjson
from pydantic import TypeAdapter

from knowledge.loaders.catalogue import read_catalogue
from storage.rules.catalogue import Catalogue

MOST_MEMORY = 1024 * 1024 * 1024
MOST_CPU_S = 60
MOST_FAULTS = 200
MOST_FIRST = 5
MOST_PRODUCTS = 5_000
_CATALOGUE = TypeAdapter(Catalogue)


def answer(data: bytes, name: str, currency: str, whole: bool) -> dict[str, Any]:
    """What is said of the file; of one with faults only these."""
    found = read_catalogue(data, name, currency)
    goods = found.catalogue
    faults = [str(each) for each in found.faults[:MOST_FAULTS]]
    if goods is not None and len(goods.products) > MOST_PRODUCTS:
        faults.append(f"File: it has {len(goods.products)} products; expected at most {MOST_PRODUCTS}.")
    if goods is not None and goods.currency != currency:
        faults.append(f"currency: it is {goods.currency}; expected {currency}, as in your shop.")
    if goods is None or faults:
        return {"faults": faults, "more": max(len(found.faults) - MOST_FAULTS, 0)}
    offered = [each for each in goods.products if each.orderable]
    first = [[each.title, each.price, each.unit] for each in offered[:MOST_FIRST]]
    said = {"faults": [], "notes": list(found.notes[:10]), "count": len(offered), "first": first}
    return said | {"catalogue": _CATALOGUE.dump_python(goods, mode="json")} if whole else said


def catalogue_of(value: Any) -> Catalogue:
    """The catalogue that `answer` gave as JSON."""
    return _CATALOGUE.validate_python(value)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    name, currency, whole = sys.argv[1:4]
    said = answer(sys.stdin.buffer.read(), name, currency, whole == "1")
    sys.stdout.buffer.write(orjson.dumps(said))


if __name__ == "__main__":
    main()
