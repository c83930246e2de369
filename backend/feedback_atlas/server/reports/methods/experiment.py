"""The methods of a report, with the exact settings and versions, and what they cite."""

from __future__ import annotations

from collections.abc import Mapping

from feedback_atlas.server.catalog import SIMILARITIES
from feedback_atlas.server.core.text import counted, listed, ranges, seed_ranges
from feedback_atlas.server.reports.material import Arm
from feedback_atlas.server.reports.methods.citations import Citations, software
from feedback_atlas.server.reports.methods.training import (
    network_and_images,
    of_experiment,
    streams,
)
from feedback_atlas.server.results.answers import MEASURES, Answers


def methods_paragraphs(
    arms: Mapping[str, Arm], answers: Answers, versions: Mapping[str, str], cited: Citations
) -> tuple[str, ...]:
    """Write training, representations, statistics and software, a paragraph each."""
    return (
        _training(arms, cited),
        _representations(answers, cited),
        _statistics(answers, cited),
        software(versions, cited),
    )


def _training(arms: Mapping[str, Arm], cited: Citations) -> str:
    first, *second = arms.values()
    rules = [rule.rule for rule in first.spec.rules]
    sentences = [network_and_images(first.spec, cited)]
    sentences += of_experiment(rules, first.seeds, first.spec, "", cited)
    if not second:
        return " ".join((*sentences, streams(set(arms))))
    sentences.append(
        "All rules of a seed had the same batches and started from the same weights "
        "(shared initialisation). A second arm differs only in the weights: each rule "
        "started from its own (independent initialisation), with "
        f"{seed_ranges(second[0].seeds)}."
    )
    return " ".join(sentences)


def _representations(answers: Answers, cited: Citations) -> str:
    phrase = {
        name: f"{SIMILARITIES[name].phrase}{cited(SIMILARITIES[name].references)}"
        for name in MEASURES
    }
    return (
        f"Representations are the outputs of {listed(answers.layers)} before the nonlinearity, at "
        "each network’s epoch of best validation accuracy, for a fixed set of "
        f"{answers.n_images:,} test images. Layers were compared with the same layer of BP by "
        f"{phrase[MEASURES[0]]}; the order of rules also by "
        f"{listed([phrase[name] for name in MEASURES[1:]])}. Over training, similarity was "
        f"compared with the mean global angle of the epoch at epochs {ranges(answers.epochs)}."
    )


def _statistics(answers: Answers, cited: Citations) -> str:
    sentences = [
        "Seeds are the subjects.",
        "Whether a rule is less similar to BP than BP is to itself was tested on pairs of "
        "different seeds by one-sided permutation of the labels of the two runs of a seed"
        f"{cited(['winkler2014'])}; the interval is a jackknife over seeds"
        f"{cited(['arvesen1969'])}.",
    ]
    if answers.arms_effects:
        sentences.append(
            "The effect of shared initial weights was tested by Student’s paired "
            f"t-test{cited(['student1908'])} of the two arms, seed by seed."
        )
    sentences += [
        "The effect of a common seed within an arm was tested by permuting BP’s runs over the "
        f"rule’s{cited(['mantel1967'])}.",
        "Similarity and angle were rank-correlated over epochs within each seed, and the "
        f"correlations tested over seeds{cited(['holmes1998'])}.",
        f"Agreement of measures is Kendall’s W{cited(['kendall1939'])} in each seed, "
        "tested by shuffling ranks within seeds; its interval is a bootstrap over seeds "
        "of "
        f"{counted(answers.n_resamples, 'resample')}{cited(['efron1979', 'hesterberg2015'])}. "
        "Two rules count as ordered by every measure if each measure’s paired t-test "
        f"shows the same order{cited(['berger1982'])}.",
        "p-values are two-sided unless stated otherwise and adjusted over all tests of a "
        f"question{cited(['holm1979'])}; intervals are 95 % and not adjusted.",
    ]
    return " ".join(sentences)
