"""JSON and YAML catalogues: text to a tree of plain values, guarded against bombs, then to raw products."""

import json
import re
from collections.abc import Hashable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from knowledge.loaders.catalogue_rows import PRODUCT_KEYS, RawProduct
from knowledge.loaders.faults import FaultList, quote

MAX_DEPTH = 24
MAX_NODES = 1_000_000
FILE_KEYS = frozenset({"name", "currency", "products", "option_groups"})
BROKEN_ROW = "a map with at least title and price"
if TYPE_CHECKING:
    from yaml import SafeLoader as SafeYaml
else:  # the same loader over libyaml, ten times as fast, where PyYAML was built with it
    SafeYaml = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CatalogueYaml(SafeYaml):
    """Safe YAML in which `no` and `12:30` stay text, an alias cannot multiply and a key is given once."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for name in {name for name in names if names.count(name) > 1} if len(names) < 5000 else ():
            raise yaml.MarkedYAMLError(problem=f"the key '{name}' stands twice", problem_mark=node.start_mark)
        tree: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return tree


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,30})", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]{1,3})?|[-+]?\.(?:inf|Inf|nan|NaN)",
        "-+.0123456789",
    ),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
):
    CatalogueYaml.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), ["" if c == "\0" else c for c in _first]
    )


def parse_json(text: str, faults: FaultList) -> object:
    """The tree of a JSON text; None after a fault (with line and column)."""
    if _is_too_deep(text):
        faults.add("File", "", f"it is nested deeper than {MAX_DEPTH} levels", "a catalogue as in the README")
        return None
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=str, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        place = f"Line {error.lineno}, column {error.colno}"
        faults.add(place, "", f"the JSON is broken: {error.msg}", "well-formed JSON")
    except (ValueError, RecursionError) as error:
        faults.add("File", "", f"the JSON cannot be used: {str(error)[:120]}", "well-formed JSON")
    return None


def _is_too_deep(text: str) -> bool:
    depth = 0
    for char in re.findall(r"[\[\]{}]", re.sub(r'"(?:[^"\\]|\\.)*"', "", text)):
        depth += 1 if char in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    tree = dict(pairs)
    if len(tree) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key '{twice}' stands twice in one map")
    return tree


def parse_yaml(text: str, faults: FaultList) -> object:
    """The tree of a YAML text, safe types only; None after a fault (with line and column)."""
    try:
        if not _is_modest(text, faults):
            return None
        return yaml.load(text, Loader=CatalogueYaml)  # noqa: S506 - a SafeLoader with fewer implicit types
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"Line {mark.line + 1}, column {mark.column + 1}" if mark else "File"
        faults.add(place, "", f"the YAML is broken: {error.problem or error.context}", "well-formed YAML")
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError) as error:
        faults.add("File", "", f"the YAML cannot be used: {str(error)[:120]}", "well-formed YAML")
    return None


def _is_modest(text: str, faults: FaultList) -> bool:
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=CatalogueYaml)):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 0
            faults.add(f"Line {line}", "", f"an alias (*{str(event.anchor)[:30]})", "each value written out")
            return False
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or count > MAX_NODES:
            faults.add("File", "", "it is nested too deeply or too large", "a catalogue as in the README")
            return False
    return True


def read_tree_products(tree: dict[object, object], faults: FaultList) -> list[RawProduct]:
    """The raw products under `products`, each a map with text keys; everything else is a named fault."""
    for key in sorted(map(str, tree.keys() - FILE_KEYS)):
        faults.note(f"'{key}' is not known and was left out.")
    rows = tree.get("products")
    if not isinstance(rows, list):
        faults.add("products", "", quote(rows) if "products" in tree else "it is missing", "a list of products")
        return []
    if not rows:
        faults.add("products", "", "it is empty", "at least one product")
    found = []
    for number, row in enumerate(rows, start=1):
        if isinstance(row, dict):
            found.append(RawProduct(f"Product {number}", _known_values(row, faults)))
        else:
            faults.add(f"Product {number}", "", quote(row), BROKEN_ROW)
    return found


def _known_values(row: dict[object, object], faults: FaultList) -> dict[str, object]:
    for key in sorted(map(str, row.keys() - PRODUCT_KEYS)):
        faults.note(f"The key '{key}' of products is not known and was left out.")
    return {key: value for key, value in row.items() if isinstance(key, str) and key in PRODUCT_KEYS}
