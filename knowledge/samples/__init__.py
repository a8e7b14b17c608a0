"""Catalogues to begin with, one for each trade: realistic goods of an Indian shop, to be changed by its owner."""

from pathlib import Path

from knowledge.loaders.catalogue import CatalogueFile, load_catalogue

TRADES = ("restaurant", "grocery", "sweets", "salon", "pharmacy")


def sample(trade: str) -> CatalogueFile:
    """The sample of a trade. Raises `KeyError` for a trade that has none."""
    if trade not in TRADES:
        raise KeyError(trade)
    return load_catalogue(Path(__file__).parent / f"{trade}.yaml")
