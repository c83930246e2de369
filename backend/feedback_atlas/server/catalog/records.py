"""Records of the catalog: a learning rule, its parameters, a measure, a distance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import Field

# The words of the taxonomy in sort order, from the least to the most plausible.
WeightTransport = Literal["exact", "partial", "sign and magnitude", "sign only", "none"]
SignConcordance = Literal["perfect", "enforced", "partial", "learned", "none"]
FeedbackStructure = Literal["kernels", "dense maps", "output projections", "none"]
StoredFeedback = Literal["never", "once", "with each state"]
# What the service keeps to itself: the API sends records without these fields.
INTERNAL = Field(exclude=True)
_WORDS = {
    "weight_transport": WeightTransport,
    "sign_concordance": SignConcordance,
    "feedback_structure": FeedbackStructure,
    "stored_feedback": StoredFeedback,
}


@dataclass(frozen=True, slots=True)
class Definition:
    """The definition of a quantity. ``formula`` is LaTeX or empty; ``references`` are keys."""

    id: str
    name: str
    text: str
    formula: str
    caveat: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a closed list."""

    id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A numeric parameter of a learning rule, with its accepted range."""

    id: str
    name: str
    default: float
    minimum: float
    maximum: float
    description: str
    unit: Annotated[str, Field(description="What the number is of, in a word or two.")]


@dataclass(frozen=True, slots=True)
class ChoiceParameter:
    """A parameter with a closed list of options.

    name: reads after an option's, as "norm" in "Frobenius norm".
    """

    id: str
    name: str
    options: Annotated[tuple[Choice, ...], Field(description="The first is the default.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A learning rule: all that is known of it except its code.

    Its class, under the same id in `feedback_atlas.learning`, takes every parameter and choice as
    a keyword argument of its id, except those of the optimiser, `lr` and `weight_decay`.

    formula: LaTeX. note: a caution about the rule, below the formula on the Methods page.
    references: keys of `literature.REFERENCES`.
    feedback_structure: what carries the error down: kernels of the weights' shape, a dense matrix
        over whole maps, a projection of the output's error or targets to every layer, or nothing.
    stored_feedback: whether feedback is stored never (it follows from the weights), once per run,
        or with each state that a run resumes from.

    Raises ValueError for an unknown word of the taxonomy.
    """

    id: str
    name: str
    description: str
    formula: Annotated[str, INTERNAL]
    note: Annotated[str, INTERNAL]
    references: Annotated[tuple[str, ...], INTERNAL] = ()
    colour_light: str
    colour_dark: str
    parameters: tuple[Parameter, ...]
    choices: tuple[ChoiceParameter, ...] = ()
    weight_transport: WeightTransport
    sign_concordance: SignConcordance
    dynamic_feedback: bool
    toeplitz_structure: bool
    feedback_structure: FeedbackStructure
    stored_feedback: Annotated[StoredFeedback, INTERNAL]
    source: str

    def __post_init__(self) -> None:
        for name, words in _WORDS.items():
            if (word := getattr(self, name)) not in get_args(words):
                known = ", ".join(get_args(words))
                raise ValueError(f"{name} of {self.id} is {word!r}; it must be one of {known}")

    @property
    def defaults(self) -> dict[str, float | str]:
        """The default of every parameter and choice."""
        return {
            **{parameter.id: parameter.default for parameter in self.parameters},
            **{choice.id: choice.options[0].id for choice in self.choices},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity(Choice):
    """A measure of the similarity of two representations.

    formula: LaTeX. phrase: what "each layer was compared ... by", in a sentence.
    references: keys of `literature.REFERENCES`. linear_cka: whether it estimates linear CKA, as
        the paper's similarities do.
    """

    short: Annotated[str, Field(description="What stands on an axis.")]
    family: Annotated[str, Field(description="Measures of one kind have one.")]
    formula: Annotated[str, INTERNAL]
    phrase: Annotated[str, INTERNAL]
    caveat: Annotated[str, Field(description="When it misleads.")]
    references: Annotated[tuple[str, ...], INTERNAL] = ()
    streams: Annotated[
        bool, Field(description="Whether it can compare sets that do not fit in memory.")
    ] = False
    symmetric: Annotated[
        bool, Field(description="Whether the two representations may be exchanged.")
    ] = True
    rdms: Annotated[
        bool, Field(description="Whether it compares RDMs, of the distance chosen for them.")
    ] = False
    linear_cka: Annotated[bool, INTERNAL] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance(Choice):
    """A dissimilarity of two activation patterns, as RDMs hold it.

    symbol: written before a value. formula: LaTeX. phrase: what "RDMs hold", in a sentence.
    caveat: when it misleads. references: keys of `literature.REFERENCES`. unitless: whether layers
    and rules can be compared by it, and so share one colour scale.
    """

    symbol: str
    formula: Annotated[str, INTERNAL]
    phrase: Annotated[str, INTERNAL]
    caveat: str
    references: Annotated[tuple[str, ...], INTERNAL] = ()
    unitless: bool = False
