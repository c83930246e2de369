"""Learning rules: what stands in for the weight when a layer passes its error down."""

from worker.learning.conversion import convert, learning_layers, updating
from worker.learning.direct import aiming_at
from worker.learning.keeping import (
    export_changing_feedback,
    export_feedback,
    import_changing_feedback,
    import_feedback,
)
from worker.learning.measures import (
    LocalAngle,
    angles,
    local_angle,
    sign_concordance,
    weight_angle,
)
from worker.learning.recording import Measures, Recording, record
from worker.learning.registry import RULES, make_rule, settings_of
from worker.learning.rule import RandomFeedback, Rule
from worker.learning.transport import effective_feedback, transport
from worker.learning.twin import backpropagating, global_measures

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
    "export_changing_feedback",
    "export_feedback",
    "global_measures",
    "import_changing_feedback",
    "import_feedback",
    "learning_layers",
    "local_angle",
    "make_rule",
    "record",
    "settings_of",
    "sign_concordance",
    "transport",
    "updating",
    "weight_angle",
]
