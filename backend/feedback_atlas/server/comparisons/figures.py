"""Which figure goes by which name, drawn from a comparison's numbers."""

from __future__ import annotations

from dataclasses import replace

from feedback_atlas.server import figures
from feedback_atlas.server.catalog.published import published_similarity
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.core.errors import NotFoundError
from feedback_atlas.server.figures import CurveOptions
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.curves import CURVES, draw_curves
from feedback_atlas.server.figures.names import ComparisonFigureName
from feedback_atlas.server.figures.result.data import ResultSources
from feedback_atlas.server.results.types import LayerSimilarity

_AS_MEASURED = CurveOptions()


def draw(
    name: str,
    numbers: ComparisonNumbers,
    theme: Theme,
    width: Width,
    options: CurveOptions = _AS_MEASURED,
) -> Figure:
    """The figure ``name`` of a comparison; ``options`` are those of curves.

    Raises NotFoundError when the comparison has no numbers for it.
    """
    if name in CURVES:
        return draw_curves(name, numbers.curves.get(name, []), theme, width, options)
    if name == "result":
        return figures.result_figure(result_sources(numbers), theme, width)
    if name == "accuracy":
        return figures.accuracy_table(numbers.accuracy, theme, width)
    if name == "rdms" and numbers.rdms is not None:
        return figures.rdm_gallery(numbers.rdms, theme, width)
    if name == "geometry-map" and numbers.geometry is not None:
        return figures.geometry_map(numbers.geometry, theme, width, numbers.map_dimensions)
    if name == "exemplars" and numbers.exemplars is not None:
        return figures.exemplar_gallery(numbers.exemplars, theme, width)
    if name == "image-space" and numbers.image_space is not None:
        return figures.image_space(numbers.image_space, theme, width)
    if numbers.similarity is not None:
        if name == "layer-similarity":
            return _layer_similarity(numbers.similarity, numbers.matrices, theme, width)
        if name == "similarity-profile":
            return _profile(numbers, numbers.similarity, theme, width)
    raise NotFoundError(
        "This comparison has no such figure; it says why where the figure would be."
    )


def result_sources(numbers: ComparisonNumbers) -> ResultSources:
    """What the result table is made of."""
    missing = dict(numbers.missing)
    if numbers.no_statistics is not None:
        missing["statistics"] = numbers.no_statistics
    return ResultSources(
        accuracy=numbers.accuracy,
        accuracy_tests=numbers.accuracy_tests,
        similarity=numbers.similarity,
        statistics=numbers.statistics,
        costs=numbers.costs,
        missing=missing,
    )


def _layer_similarity(
    similarity: LayerSimilarity, matrices: str, theme: Theme, width: Width
) -> Figure:
    if matrices == "ours":
        return figures.layer_similarity(similarity, theme, width)
    published = published_similarity(similarity.subset)
    if matrices == "beside":
        return figures.layer_similarity_beside(similarity, published, theme, width)
    if matrices == "paper":
        return figures.published_layer_similarity(similarity, published, theme, width)
    return figures.layer_similarity_difference(similarity, published, theme, width)


def _profile(
    numbers: ComparisonNumbers, similarity: LayerSimilarity, theme: Theme, width: Width
) -> Figure:
    if numbers.statistics is not None:
        return figures.profile_statistics(similarity, numbers.statistics, theme, width)
    figure = figures.similarity_profile(similarity, theme, width)
    if numbers.no_statistics is None:
        return figure
    return replace(figure, caption=f"{figure.caption} {numbers.no_statistics}")


# In the order of the page.
FIGURES: tuple[ComparisonFigureName, ...] = (
    "result",
    "layer-similarity",
    "similarity-profile",
    "rdms",
    "geometry-map",
    "exemplars",
    "image-space",
    "accuracy",
    "local-angle",
    "global-angle",
    "update-angle",
    "sign-concordance",
    "loss",
    "validation-accuracy",
)
