"""A custom similarity measure: its record, and its computation."""

from feedback_atlas.server.catalog import SIMILARITIES, Similarity

RECORD = Similarity(
    "main_direction",
    "Main direction",
    "Absolute cosine of the two layers' first principal components over images.",
    short="Main direction",
    family="Shape and neighbours",
    formula=r"\lvert u_X^\top u_Y \rvert",
    phrase="the absolute cosine of their first principal components over images",
    caveat="Ignores all but one direction.",
    references=("raghu2017",),
)


def register_record() -> None:
    """Register the record, in a service."""
    SIMILARITIES.register(RECORD)


def register_function() -> None:
    """Register the function, in a worker."""
    import numpy as np

    from feedback_atlas.analysis import Measure, PairMatrix, register_measure

    def component(x: np.ndarray) -> np.ndarray:
        """Return the first left singular vector (n,) of centred activations (n, features)."""
        x = x.astype(np.float64)
        return np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[0][:, 0]

    def compare(rows: list[np.ndarray], columns: list[np.ndarray]) -> PairMatrix:
        return PairMatrix(np.abs(np.stack(rows) @ np.stack(columns).T), {})

    register_measure("main_direction", lambda _distance: Measure(component, compare))
