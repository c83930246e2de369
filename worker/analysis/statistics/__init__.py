"""Statistics of similarities with seeds as subjects: intervals, reference band, tests."""

from worker.analysis.statistics.estimates import Estimate, estimate
from worker.analysis.statistics.images import (
    CkaOverImages,
    ImageResampling,
    RsaOverImages,
    resampled_cka,
)
from worker.analysis.statistics.noise_ceiling import NoiseCeiling, noise_ceiling
from worker.analysis.statistics.paired import PairedTest, paired_test, paired_tests
from worker.analysis.statistics.permutation import PermutationTest, holm, permutation_test
from worker.analysis.statistics.profile import (
    LayerStatistics,
    RuleStatistics,
    SimilarityProfile,
    layer_statistics,
)
from worker.analysis.statistics.resampling import Interval, percentile_interval, resample_counts
from worker.analysis.statistics.rsa_bootstrap import (
    Resamples,
    RsaBootstrap,
    draw_resamples,
    rsa_bootstrap,
)
from worker.analysis.statistics.runs import (
    Run,
    RunPairs,
    ceiling_pairs,
    floor_pairs,
    rule_pairs,
)

__all__ = [
    "CkaOverImages",
    "Estimate",
    "ImageResampling",
    "Interval",
    "LayerStatistics",
    "NoiseCeiling",
    "PairedTest",
    "PermutationTest",
    "Resamples",
    "RsaBootstrap",
    "RsaOverImages",
    "RuleStatistics",
    "Run",
    "RunPairs",
    "SimilarityProfile",
    "ceiling_pairs",
    "draw_resamples",
    "estimate",
    "floor_pairs",
    "holm",
    "layer_statistics",
    "noise_ceiling",
    "paired_test",
    "paired_tests",
    "percentile_interval",
    "permutation_test",
    "resample_counts",
    "resampled_cka",
    "rsa_bootstrap",
    "rule_pairs",
]
