"""The learning rules by id."""

from collections.abc import Callable, Mapping

from worker.learning.backpropagation import Backpropagation
from worker.learning.feedback_alignment import DenseFeedbackAlignment, ToeplitzFeedbackAlignment
from worker.learning.rule import Rule, RuleSettings
from worker.learning.sign_feedback import SignInitialMagnitude, SignNormalised

RULES: Mapping[str, Callable[[RuleSettings], Rule]] = {
    "bp": Backpropagation,
    "fa_dense": DenseFeedbackAlignment,
    "fa_toeplitz": ToeplitzFeedbackAlignment,
    "usf_init": SignInitialMagnitude,
    "usf_sn": SignNormalised,
}


def make_rule(rule: str, settings: RuleSettings) -> Rule:
    """Return the rule of that id, made with the settings.

    Raises ValueError where the id is unknown or a setting is out of range.
    """
    if rule not in RULES:
        raise ValueError(f"unknown learning rule {rule!r}; it must be one of {', '.join(RULES)}")
    return RULES[rule](settings)
