"""Kinds of records in the catalog: a learning rule, its parameters, a measure, a distance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

# The words of the taxonomy, from the least to the most plausible: tables sort by them.
WeightTransport = Literal["exact", "partial", "sign and magnitude", "sign only", "none"]
SignConcordance = Literal["perfect", "enforced", "partial", "learned", "none"]
FeedbackStructure = Literal["kernels", "dense maps", "output projections", "none"]
StoredFeedback = Literal["never", "once", "with each state"]
_WORDS = {
    "weight_transport": WeightTransport,
    "sign_concordance": SignConcordance,
    "feedback_structure": FeedbackStructure,
    "stored_feedback": StoredFeedback,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option out of a closed list."""

    id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that a learning rule takes, with the range that is accepted.

    unit: what the number is of, in a word or two.
    """

    id: str
    name: str
    default: float
    minimum: float
    maximum: float
    description: str
    unit: str


@dataclass(frozen=True, slots=True)
class ChoiceParameter:
    """One option that a learning rule takes; the first is the default.

    name: reads after an option's, as "norm" in "Frobenius norm".
    """

    id: str
    name: str
    options: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A learning rule: all that is known of it but how it is computed.

    Its class, under the same id in `feedback_atlas.learning`, takes every parameter and choice as
    a keyword argument of its id, except those of the optimiser, `lr` and `weight_decay`.

    formula: LaTeX. note: what to mind about the rule; the Methods page says it below the formula.
    references: keys of `literature.REFERENCES`.
    feedback_structure: what carries the error down: kernels of the weights' shape, a dense matrix
        over whole maps, a projection of the output's error or targets to every layer, or nothing.
    stored_feedback: whether feedback is kept never (it follows from the weights), once a run, or
        with each state that a run resumes from.

    Raises ValueError where a word of the taxonomy is unknown.
    """

    id: str
    name: str
    description: str
    formula: str
    note: str
    references: tuple[str, ...] = ()
    colour_light: str
    colour_dark: str
    parameters: tuple[Parameter, ...]
    choices: tuple[ChoiceParameter, ...] = ()
    weight_transport: WeightTransport
    sign_concordance: SignConcordance
    dynamic_feedback: bool
    toeplitz_structure: bool
    feedback_structure: FeedbackStructure
    stored_feedback: StoredFeedback
    source: str

    def __post_init__(self) -> None:
        for name, words in _WORDS.items():
            if (word := getattr(self, name)) not in get_args(words):
                known = ", ".join(get_args(words))
                raise ValueError(f"{name} of {self.id} is {word!r}; it must be one of {known}")

    @property
    def defaults(self) -> dict[str, float | str]:
        """Every parameter and choice as it is where nothing is said."""
        return {
            **{parameter.id: parameter.default for parameter in self.parameters},
            **{choice.id: choice.options[0].id for choice in self.choices},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity(Choice):
    """A measure of how alike two representations are.

    short: stands on an axis. family: gathers measures of one kind. formula: LaTeX.
    phrase: what "each layer was compared ... by", in a sentence. caveat: when it misleads.
    references: keys of `literature.REFERENCES`.
    streams: whether it can be computed a batch of images at a time, and so on sets that do not fit
        in memory. symmetric: whether the two representations may be exchanged. rdms: whether it
        compares RDMs, of the distance chosen for them. linear_cka: whether it estimates linear
        CKA, as the paper's similarities do.
    """

    short: str
    family: str
    formula: str
    phrase: str
    caveat: str
    references: tuple[str, ...] = ()
    streams: bool = False
    symmetric: bool = True
    rdms: bool = False
    linear_cka: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance(Choice):
    """A dissimilarity of two activation patterns, which RDMs hold.

    symbol: stands before a value. formula: LaTeX. phrase: what "RDMs hold", in a sentence.
    caveat: when it misleads. references: keys of `literature.REFERENCES`. unitless: whether layers
    and rules can be compared by it, and so share one colour scale.
    """

    symbol: str
    formula: str
    phrase: str
    caveat: str
    references: tuple[str, ...] = ()
    unitless: bool = False
