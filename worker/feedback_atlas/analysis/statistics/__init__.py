"""Statistics of similarities with seeds as subjects: intervals, reference band, tests."""

from feedback_atlas.analysis.statistics._closeness import Closeness, closeness
from feedback_atlas.analysis.statistics._noise_ceiling import NoiseCeiling, noise_ceiling
from feedback_atlas.analysis.statistics._rsa_bootstrap import (
    Resamples,
    RsaBootstrap,
    draw_resamples,
    rsa_bootstrap,
)
from feedback_atlas.analysis.statistics._tracking import Tracking, spearman, tracking
from feedback_atlas.analysis.statistics.estimates import Estimate, estimate
from feedback_atlas.analysis.statistics.images import (
    CkaOverImages,
    ImageResampling,
    RsaOverImages,
    resampled_cka,
)
from feedback_atlas.analysis.statistics.initialisation import SeedEffect, arms_effect, seed_effect
from feedback_atlas.analysis.statistics.jackknife import jackknife_interval
from feedback_atlas.analysis.statistics.ordering import (
    OrderAgreement,
    OrderedPair,
    kendalls_w,
    order_agreement,
)
from feedback_atlas.analysis.statistics.paired import PairedTest, paired_test, paired_tests
from feedback_atlas.analysis.statistics.permutation import PermutationTest, holm, permutation_test
from feedback_atlas.analysis.statistics.profile import (
    LayerStatistics,
    RuleStatistics,
    SimilarityProfile,
    layer_statistics,
)
from feedback_atlas.analysis.statistics.resampling import (
    Interval,
    percentile_interval,
    resample_counts,
)
from feedback_atlas.analysis.statistics.runs import (
    Run,
    RunPairs,
    ceiling_pairs,
    floor_pairs,
    rule_pairs,
)

__all__ = [
    "CkaOverImages",
    "Closeness",
    "Estimate",
    "ImageResampling",
    "Interval",
    "LayerStatistics",
    "NoiseCeiling",
    "OrderAgreement",
    "OrderedPair",
    "PairedTest",
    "PermutationTest",
    "Resamples",
    "RsaBootstrap",
    "RsaOverImages",
    "RuleStatistics",
    "Run",
    "RunPairs",
    "SeedEffect",
    "SimilarityProfile",
    "Tracking",
    "arms_effect",
    "ceiling_pairs",
    "closeness",
    "draw_resamples",
    "estimate",
    "floor_pairs",
    "holm",
    "jackknife_interval",
    "kendalls_w",
    "layer_statistics",
    "noise_ceiling",
    "order_agreement",
    "paired_test",
    "paired_tests",
    "percentile_interval",
    "permutation_test",
    "resample_counts",
    "resampled_cka",
    "rsa_bootstrap",
    "rule_pairs",
    "seed_effect",
    "spearman",
    "tracking",
]
