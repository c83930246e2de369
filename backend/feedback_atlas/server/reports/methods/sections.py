"""Everything that the Methods page defines: what the catalog has, and what panels show."""

from __future__ import annotations

from feedback_atlas.server.catalog.definitions import SECTIONS as OF_THE_CATALOG
from feedback_atlas.server.catalog.definitions import MethodsSection
from feedback_atlas.server.comparisons.panels import PANELS

SECTIONS = (
    *OF_THE_CATALOG,
    MethodsSection(
        "panels",
        "Other panels",
        "What maps, exemplars and costs show.",
        lambda: (panel.definition for panel in PANELS.values() if panel.definition is not None),
    ),
)
