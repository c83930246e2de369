"""Definitions, formulas and references, and a comparison's methods, as the API gives them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from feedback_atlas.server.catalog.mathml import mathml


class DefinitionOut(BaseModel):
    """A rule, measure or statistic: definition, formula, caveat, source."""

    id: str
    name: str
    text: str
    # The catalog has LaTeX; what leaves the service is of listed elements alone.
    formula: Annotated[str, AfterValidator(lambda latex: latex and mathml(latex))] = Field(
        description="A `math` element of MathML, or empty."
    )
    caveat: str
    references: list[str] = Field(description="Keys of publications.")


class MethodsSectionOut(BaseModel):
    """Definitions of one kind."""

    id: str
    title: str
    introduction: str
    definitions: list[DefinitionOut]


class ReferenceOut(BaseModel):
    """A publication."""

    key: str
    citation: str = Field(description="As a text cites it, without brackets.")
    title: str
    url: str | None
    bibtex: str


class MethodsCatalog(BaseModel):
    """All that is computed, and the literature that it comes from."""

    sections: list[MethodsSectionOut]
    references: list[ReferenceOut]


class ComparisonMethods(BaseModel):
    """Methods of a comparison's numbers, ready for a paper."""

    paragraphs: list[str]
    references: list[ReferenceOut] = Field(description="What the paragraphs cite, in order.")
    bibtex: str
