"""A catalogue made searchable: names in every spelling people use."""

from storage.rules.catalogue import Catalogue


class CatalogueIndex:
    """Built once a catalogue version, read by every message; holds no message state."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
