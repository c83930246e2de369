"""Learning rules: what stands in for the weight when a layer passes its error down."""

from feedback_atlas.learning._transport import effective_feedback, transport
from feedback_atlas.learning.backprop_twin import backpropagating, global_measures
from feedback_atlas.learning.conversion import convert, learning_layers, updating
from feedback_atlas.learning.direct_feedback_layers import aiming_at
from feedback_atlas.learning.feedback_state import (
    export_changing_feedback,
    export_feedback,
    import_changing_feedback,
    import_feedback,
)
from feedback_atlas.learning.measures import (
    LocalAngle,
    angles,
    local_angle,
    sign_concordance,
    weight_angle,
)
from feedback_atlas.learning.observation import evaluating, watching
from feedback_atlas.learning.recording import Measures, Recording, record
from feedback_atlas.learning.registry import RULES, make_rule, register_rule, settings_of
from feedback_atlas.learning.rule import RandomFeedback, Rule

__all__ = [
    "RULES",
    "LocalAngle",
    "Measures",
    "RandomFeedback",
    "Recording",
    "Rule",
    "aiming_at",
    "angles",
    "backpropagating",
    "convert",
    "effective_feedback",
    "evaluating",
    "export_changing_feedback",
    "export_feedback",
    "global_measures",
    "import_changing_feedback",
    "import_feedback",
    "learning_layers",
    "local_angle",
    "make_rule",
    "record",
    "register_rule",
    "settings_of",
    "sign_concordance",
    "transport",
    "updating",
    "watching",
    "weight_angle",
]
