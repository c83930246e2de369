"""Learning rules: what stands in for the weight when a layer passes its error down."""

from worker.learning.conversion import convert, learning_layers
from worker.learning.fixed import export_feedback, import_feedback
from worker.learning.measures import (
    LocalAngle,
    angles,
    local_angle,
    sign_concordance,
    weight_angle,
)
from worker.learning.recording import Recording, record
from worker.learning.registry import RULES, make_rule
from worker.learning.rule import Rule, RuleSettings
from worker.learning.transport import effective_feedback, transport

__all__ = [
    "RULES",
    "LocalAngle",
    "Recording",
    "Rule",
    "RuleSettings",
    "angles",
    "convert",
    "effective_feedback",
    "export_feedback",
    "import_feedback",
    "learning_layers",
    "local_angle",
    "make_rule",
    "record",
    "sign_concordance",
    "transport",
    "weight_angle",
]
