"""The learning rules, one record each, as data.

Colours are five of Okabe & Ito (2008), then others that differ from them and from each other under
red-green colour blindness.
"""

from __future__ import annotations

from feedback_atlas.server.catalog.records import Choice, ChoiceParameter, Parameter, Rule
from feedback_atlas.server.catalog.variants import Rules


def _lr(default: float) -> Parameter:
    return Parameter("lr", "Learning rate", default, 1e-6, 1.0, "Step size of Adam.", "per step")


def _weight_decay(default: float) -> Parameter:
    return Parameter(
        "weight_decay", "Weight decay", default, 0.0, 1.0, "L2 penalty of Adam.", "× weight"
    )


def _feedback_scale(default: float) -> Parameter:
    return Parameter(
        "feedback_scale",
        "Feedback scale",
        default,
        1e-6,
        10.0,
        "Standard deviation of the random feedback weights.",
        "SD",
    )


_PAPER = "Lance & Kieu (2026), arXiv:2605.08564"

RULES = Rules(
    (
        Rule(
            id="bp",
            name="BP",
            description="The error goes back through the transposed forward weights.",
            formula="B = W",
            note="The reference. It needs the exact transposed weights, which no known pathway "
            "in the brain could carry.",
            references=("rumelhart1986",),
            colour_light="#0072B2",
            colour_dark="#56B4E9",
            parameters=(_lr(1e-3), _weight_decay(1e-4)),
            weight_transport="exact",
            sign_concordance="perfect",
            dynamic_feedback=True,
            toeplitz_structure=True,
            feedback_structure="kernels",
            stored_feedback="never",
            source="Rumelhart, Hinton & Williams (1986)",
        ),
        Rule(
            id="fa_dense",
            name="FA Dense",
            description="Feedback through a fixed dense random matrix over whole feature maps.",
            formula=r"B = B_0 \sim N(0, s^2), \text{ fixed, } "
            r"d_{\mathrm{out}} \times d_{\mathrm{in}} \text{ over flattened maps}",
            note="The backward pass is not a convolution: one random matrix connects whole "
            "feature maps, gigabytes for deep networks. Linear layers are as in FA "
            "Toeplitz.",
            references=("lillicrap2016", "lance2026"),
            colour_light="#E69F00",
            colour_dark="#E69F00",
            parameters=(_lr(1e-3), _weight_decay(0.0), _feedback_scale(0.01)),
            weight_transport="none",
            sign_concordance="none",
            dynamic_feedback=False,
            toeplitz_structure=False,
            feedback_structure="dense maps",
            stored_feedback="once",
            source=f"Lillicrap et al. (2016); {_PAPER}",
        ),
        Rule(
            id="fa_toeplitz",
            name="FA Toeplitz",
            description="Feedback through fixed random kernels of the forward weights' shape.",
            formula=r"B = B_0 \sim N(0, s^2), \text{ fixed, in the shape of } W",
            note="Keeps the convolution: the random kernels are applied as a transposed "
            "convolution.",
            references=("lillicrap2016", "lance2026"),
            colour_light="#D55E00",
            colour_dark="#D55E00",
            parameters=(_lr(1e-3), _weight_decay(0.0), _feedback_scale(0.01)),
            weight_transport="none",
            sign_concordance="none",
            dynamic_feedback=False,
            toeplitz_structure=True,
            feedback_structure="kernels",
            stored_feedback="once",
            source=f"Lillicrap et al. (2016); {_PAPER}",
        ),
        Rule(
            id="usf_init",
            name="uSF Init",
            description="Feedback with the forward weights' signs and fixed random magnitudes.",
            formula=r"B = \lvert B_0 \rvert \odot \mathrm{sign}(W)",
            note="Signs follow the forward weights and so must be known to the feedback; "
            "magnitudes stay random.",
            references=("liao2016", "moskovitz2018", "lance2026"),
            colour_light="#009E73",
            colour_dark="#009E73",
            parameters=(_lr(1e-3), _weight_decay(0.0), _feedback_scale(0.1)),
            weight_transport="sign only",
            sign_concordance="enforced",
            dynamic_feedback=True,
            toeplitz_structure=True,
            feedback_structure="kernels",
            stored_feedback="once",
            source=f"Liao, Leibo & Poggio (2016); Moskovitz et al. (2018); {_PAPER}",
        ),
        Rule(
            id="usf_sn",
            name="uSF SN",
            description="Feedback with the forward weights' signs, scaled to their norm.",
            formula=r"B = \frac{\lVert W \rVert}{\lVert \mathrm{sign}(W) \rVert} \mathrm{sign}(W)",
            note="The paper’s text says spectral norm, its code uses the Frobenius norm; "
            "Frobenius is the default here, spectral an option.",
            references=("moskovitz2018", "lance2026"),
            colour_light="#CC79A7",
            colour_dark="#CC79A7",
            parameters=(_lr(1e-3), _weight_decay(0.0)),
            choices=(
                ChoiceParameter(
                    "normalization",
                    "Norm",
                    (
                        Choice(
                            "frobenius",
                            "Frobenius",
                            "Match the Frobenius norm, as the paper's code does.",
                        ),
                        Choice(
                            "spectral",
                            "Spectral",
                            "Match the largest singular value, as its text says.",
                        ),
                    ),
                ),
            ),
            weight_transport="sign and magnitude",
            sign_concordance="enforced",
            dynamic_feedback=True,
            toeplitz_structure=True,
            feedback_structure="kernels",
            stored_feedback="never",
            source=f"Moskovitz et al. (2018); {_PAPER}",
        ),
        Rule(
            id="usf",
            name="uSF",
            description="Feedback with the forward weights' signs and one constant magnitude.",
            formula=r"B = c \mathrm{sign}(W), \text{ one constant } c \text{ per layer}",
            note="One constant per layer: magnitudes carry no information about the weights.",
            references=("liao2016", "xiao2019"),
            colour_light="#2525f4",
            colour_dark="#258cf4",
            parameters=(_lr(1e-3), _weight_decay(0.0)),
            weight_transport="sign only",
            sign_concordance="enforced",
            dynamic_feedback=True,
            toeplitz_structure=True,
            feedback_structure="kernels",
            stored_feedback="never",
            source="Liao, Leibo & Poggio (2016); scaled as Xiao et al. (2019) do",
        ),
        Rule(
            id="brsf",
            name="brSF",
            description="Feedback with the forward weights' signs; magnitudes redrawn each batch.",
            formula=r"B = \lvert M \rvert \odot \mathrm{sign}(W), "
            r"\quad M \text{ redrawn for every batch}",
            note="Magnitudes carry no information from one batch to the next.",
            references=("liao2016",),
            colour_light="#610505",
            colour_dark="#f4f425",
            parameters=(_lr(1e-3), _weight_decay(0.0), _feedback_scale(0.1)),
            weight_transport="sign only",
            sign_concordance="enforced",
            dynamic_feedback=True,
            toeplitz_structure=True,
            feedback_structure="kernels",
            stored_feedback="with each state",
            source="Liao, Leibo & Poggio (2016)",
        ),
        Rule(
            id="dfa",
            name="DFA",
            description="The output's error goes to every layer through fixed random matrices.",
            formula=r"\delta_l = e B_l, \quad e \text{ the error at the output}",
            note="No error passes through a layer; convolutions also receive the output’s "
            "error. Not defined for residual networks.",
            references=("nokland2016",),
            colour_light="#050561",
            colour_dark="#d4f0bc",
            parameters=(_lr(1e-3), _weight_decay(0.0), _feedback_scale(0.1)),
            weight_transport="none",
            sign_concordance="none",
            dynamic_feedback=False,
            toeplitz_structure=False,
            feedback_structure="output projections",
            stored_feedback="once",
            source="Nøkland (2016)",
        ),
        Rule(
            id="drtp",
            name="DRTP",
            description="Fixed random projections of the targets stand in for every hidden error.",
            formula=r"\delta_l = y^\ast B_l, \quad y^\ast \text{ the one-hot targets}",
            note="Hidden layers need no error, only the targets; the last layer learns from the "
            "true error. Not defined for residual networks.",
            references=("frenkel2021",),
            colour_light="#521442",
            colour_dark="#ae09ae",
            parameters=(_lr(1e-3), _weight_decay(0.0), _feedback_scale(0.1)),
            weight_transport="none",
            sign_concordance="none",
            dynamic_feedback=False,
            toeplitz_structure=False,
            feedback_structure="output projections",
            stored_feedback="once",
            source="Frenkel, Lefebvre & Bol (2021)",
        ),
        Rule(
            id="kolen_pollack",
            name="Kolen-Pollack",
            description="Feedback receives the forward weights' updates; both decay alike.",
            formula=r"W \leftarrow (1 - k) W + \Delta, \quad B \leftarrow (1 - k) B + \Delta",
            note="Both decay by the same share, so their difference shrinks at every step; the "
            "decay also acts on what is learned.",
            references=("kolen1994", "akrout2019"),
            colour_light="#da0b3f",
            colour_dark="#da0b3f",
            parameters=(
                _lr(1e-3),
                _feedback_scale(0.05),
                Parameter(
                    "feedback_decay",
                    "Shared decay",
                    1e-3,
                    0.0,
                    0.5,
                    "Share of the forward and feedback weights removed at each step.",
                    "per step",
                ),
            ),
            weight_transport="none",
            sign_concordance="learned",
            dynamic_feedback=True,
            toeplitz_structure=True,
            feedback_structure="kernels",
            stored_feedback="with each state",
            source="Kolen & Pollack (1994); Akrout et al. (2019)",
        ),
        Rule(
            id="weight_mirror",
            name="Weight mirror",
            description="Feedback that learns the forward weights from noise sent through them.",
            formula=r"B \leftarrow (1 - r) B + r \frac{W X X^\top}{m}, "
            r"\quad X \text{ standard normal noise, } m \text{ columns}",
            note="The mirrored weights retain estimation noise: an angle remains even to a "
            "constant W.",
            references=("akrout2019",),
            colour_light="#557ef6",
            colour_dark="#2559f4",
            parameters=(
                _lr(1e-3),
                _weight_decay(0.0),
                _feedback_scale(0.05),
                Parameter(
                    "mirror_rate",
                    "Mirror rate",
                    0.05,
                    1e-6,
                    1.0,
                    "Share of the feedback replaced by each mirroring step.",
                    "per step",
                ),
            ),
            weight_transport="none",
            sign_concordance="learned",
            dynamic_feedback=True,
            toeplitz_structure=True,
            feedback_structure="kernels",
            stored_feedback="with each state",
            source="Akrout et al. (2019)",
        ),
        Rule(
            id="sham",
            name="Sham (control)",
            description="Forward weights as feedback, run through the rules' code: equals BP.",
            formula=r"B = W, \text{ through the rules’ own code}",
            note="Runs the forward weights through the other rules’ code: it must equal BP.",
            colour_light="#6b7280",
            colour_dark="#6a7178",
            parameters=(_lr(1e-3), _weight_decay(1e-4)),
            weight_transport="exact",
            sign_concordance="perfect",
            dynamic_feedback=True,
            toeplitz_structure=True,
            feedback_structure="kernels",
            stored_feedback="never",
            source="Control of this project",
        ),
        Rule(
            id="readout_only",
            name="Readout only (control)",
            description="Only the last layer learns; no error reaches the layers below it.",
            formula=r"\delta_l = 0 \text{ below the last layer}",
            note="Shows how far random hidden layers alone get.",
            colour_light="#5c09ae",
            colour_dark="#86f9f9",
            parameters=(_lr(1e-3), _weight_decay(0.0)),
            weight_transport="none",
            sign_concordance="none",
            dynamic_feedback=False,
            toeplitz_structure=False,
            feedback_structure="none",
            stored_feedback="never",
            source="Control of this project",
        ),
    )
)

# The rules of a new experiment; all others are added by the user.
PAPER_RULES = ("bp", "fa_dense", "fa_toeplitz", "usf_init", "usf_sn")
