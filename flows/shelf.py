"""Catalogue indexes kept in memory, one a workspace, until the catalogue's version changes."""

from knowledge.language.matching import CatalogueIndex
from storage.queries import catalogue as catalogues
from storage.queries.people import Workspace
from storage.scope import Scope
from storage.tx import Tx


class Shelf:
    """Built once by the composition root and handed to every turn."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str | None, CatalogueIndex]] = {}

    def index(self, tx: Tx, workspace: Workspace) -> CatalogueIndex:
        """The index of the workspace's catalogue as it is now."""
        version, scope = workspace.catalogue_version, Scope(workspace.id)
        kept = self._kept.get(workspace.id)
        if kept is None or kept[0] != version:
            kept = (version, CatalogueIndex(catalogues.catalogue(tx, scope)))
            self._kept[workspace.id] = kept
        return kept[1]
