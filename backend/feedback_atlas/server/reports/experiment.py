"""The report of an experiment: the paper beside ours, and the limits of one seed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from feedback_atlas.server import __version__
from feedback_atlas.server.answers import tables
from feedback_atlas.server.answers.figures import draw
from feedback_atlas.server.answers.sentences import answers_in_words
from feedback_atlas.server.answers.sentences.answer import Answer
from feedback_atlas.server.catalog.published import CITATION
from feedback_atlas.server.core.text import counted
from feedback_atlas.server.papers.panels.panel import Panel
from feedback_atlas.server.papers.panels.verdicts import Verdict
from feedback_atlas.server.reports.document import Report, Section
from feedback_atlas.server.reports.material import Material
from feedback_atlas.server.reports.methods.citations import Citations
from feedback_atlas.server.reports.methods.experiment import methods_paragraphs
from feedback_atlas.server.reports.methods.formulae import formulae_of
from feedback_atlas.server.results.answers import MEASURES


def paper_report(material: Material) -> Report:
    """Put a report together: question, results in short, methods, panels, answers, limits."""
    answers = answers_in_words(material.answers)
    cited = Citations()
    methods = methods_paragraphs(material.arms, material.answers, material.versions, cited)
    first = next(iter(material.arms.values()))
    return Report(
        title=first.spec.name,
        subtitle=" · ".join(
            f"{arm.capitalize()} initialisation: {counted(len(one.seeds), 'seed')}, "
            f"{counted(one.spec.epochs, 'epoch')}, experiment {one.id}"
            for arm, one in material.arms.items()
        ),
        made=f"{material.made} by Feedback Atlas {__version__}",
        sections=(
            _question(),
            _in_short(material, answers),
            Section(
                "Methods",
                methods,
                formulae=formulae_of(
                    rules={rule.rule for rule in first.spec.rules}, similarity=MEASURES
                ),
            ),
            *(_panel(panel, first.id) for panel in material.panels),
            *(_answer(answer, material) for answer in answers),
            _limits(material, answers),
            Section("References", verbatim="\n\n".join(one.bibtex for one in cited.references)),
        ),
    )


def _question() -> Section:
    return Section(
        "Question",
        (
            "When a network learns by a rule other than backpropagation (BP), does it "
            f"arrive at the same representation? {CITATION} trained one network per rule, "
            "with one seed. First we compare their tables and figures with ours; then we "
            "answer four questions that one seed leaves open.",
        ),
    )


def _in_short(material: Material, answers: Sequence[Answer]) -> Section:
    found = [panel.verdict for panel in material.panels]
    tally = ", ".join(
        f"{found.count(verdict)} {words[found.count(verdict) > 1]}"
        for verdict, words in (
            (Verdict.AGREES, ("agrees", "agree")),
            (Verdict.DIFFERS, ("differs", "differ")),
            (Verdict.NOT_COMPARABLE, ("cannot be compared",) * 2),
        )
        if verdict in found
    )
    said = [
        f"{answer.question} {answer.headline or f'Not answered. {answer.limits[0]}'}"
        for answer in answers
    ]
    panels = [f"Of the paper’s tables and figures, {tally}."] if tally else []
    return Section("Summary", points=(*panels, *said), sources=(material.analysis,))


def _panel(panel: Panel, experiment: str) -> Section:
    variant = f"Where the paper’s text and code disagree, these runs used {panel.variant}."
    # What runs recorded themselves comes from no analysis; the taxonomy needs no run at all.
    own = () if panel.name == "figure-1" else (f"runs of experiment {experiment}",)
    return Section(
        f"{panel.place}: {panel.title}",
        (panel.sentence, f"{panel.compared} {variant if panel.variant else ''}".strip()),
        figures=tuple((f"paper-{name}", each) for name, each in panel.figures.items()),
        tables=() if panel.table is None else ((panel.title, panel.table),),
        sources=panel.source.analyses or own,
    )


def _answer(answer: Answer, material: Material) -> Section:
    pairs = tables.pairs_table(material.answers)
    return Section(
        answer.question,
        points=answer.verdicts or (f"Not answered. {' '.join(answer.limits)}",),
        figures=((f"answer-{answer.name}", partial(draw, answer.name, material.answers)),),
        tables=(("Pairs of rules", pairs),) if answer.name == "order" and pairs.rows else (),
        sources=(material.analysis,),
    )


def _limits(material: Material, answers: Sequence[Answer]) -> Section:
    general = (
        "Seeds are the subjects: the results generalise to other seeds of these settings, "
        "not to other networks, images or settings.",
        f"Similarities are of {material.answers.n_images:,} probe images, by the measures that are "
        "named; another measure may differ.",
        "p-values are adjusted within each question, not across questions.",
    )
    return Section(
        "Limits",
        points=(
            *material.remarks,
            *(f"{one.question} {' '.join(one.limits)}" for one in answers if one.limits),
            *material.missing,
            *general,
        ),
    )
