"""A custom learning rule: its record, and its class, which needs torch."""

from feedback_atlas.server.catalog import RULES, Parameter, Rule

RECORD = Rule(
    id="half_transport",
    name="Half transport",
    description="The forward weights; a fixed random half of them carries no error.",
    formula=r"B = s W \text{ where } B_0 \text{ is positive, 0 elsewhere}",
    note="Half of the weights must be known exactly.",
    references=("lillicrap2016",),
    colour_light="#4d7c0f",
    colour_dark="#bef264",
    parameters=(
        Parameter("lr", "Learning rate", 1e-3, 1e-6, 1.0, "Step size of Adam.", "per step"),
        Parameter("strength", "Strength", 1.0, 0.1, 10.0, "Factor on the weights.", "factor"),
    ),
    weight_transport="partial",
    sign_concordance="partial",
    dynamic_feedback=True,
    toeplitz_structure=True,
    feedback_structure="kernels",
    stored_feedback="once",
    source="An example",
)


def register_record() -> None:
    """Register the record, in a service."""
    RULES.register(RECORD)


def register_class() -> None:
    """Register the class, in a worker."""
    from torch import Tensor

    from feedback_atlas.learning import RandomFeedback, register_rule
    from feedback_atlas.learning.layers import WEIGHT_SHAPED

    class HalfTransport(RandomFeedback):
        """`strength` times W where B0 is positive, 0 elsewhere."""

        id = "half_transport"
        layer_types = WEIGHT_SHAPED

        def __init__(self, *, strength: float = 1.0) -> None:
            super().__init__()
            self.strength = strength

        def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
            return weight * (own > 0) * self.strength

    register_rule(HalfTransport)
