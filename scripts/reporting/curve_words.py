"""The learning curve in words: what twice as much annotation would probably give, and how sure that is.

In: a learning curve. Out: sentences for the terminal, the page of the curve, and the report.
"""

from scripts.scoring.learning_curve import Course, Doubled, LearningCurve
from scripts.scoring.metrics import in_sentence, percent, short, signed

NAMED = 5  # labels that the sentence names
OFF = 0.02  # an error on the largest share from which the law is called doubtful
ONE_SEED = (
    "Where a share has one seed, the intervals cover chance in the documents only, not in the seeds."
)
NOTHING = (
    "Nothing can be said about more annotation: the dev set has too few entities or documents, or too "
    "few of the trials succeeded. It takes three shares, one of them the whole training set."
)


def doubling(curve: LearningCurve, config: str | None = None) -> str:
    """Return what twice as much annotation would probably give, in all and by label, in words.

    config: that of the run whose report says so; the curve's is named if it is another one.
    """
    whole = curve["all"]["doubled"]
    if whole is None:
        return NOTHING
    labels = [(name, row["doubled"]) for name, row in by_support(curve) if row["doubled"]]
    parts = [f"{short(name)} {gain(row)}" for name, row in labels[:NAMED] if row]
    more = f"; by label: {', '.join(parts)}" if len(labels) > 1 else ""
    twice = "Twice" if config in (None, curve["config"]) else f"With {short(curve['config'])}, twice"
    sentence = (
        f"{twice} as much annotation would probably change F by {gain(whole)} points, to "
        f"{percent(whole['f'])}{more}."
    )
    one_seed = any(len(point["f"]) == 1 for point in curve["all"]["points"])
    return f"{sentence} {ONE_SEED}" if one_seed else sentence


def gain(row: Doubled) -> str:
    """Return what is gained, with its interval."""
    interval = in_sentence(row["gain_interval"], signed, " to ").removeprefix("interval ")
    return f"{signed(row['gain'])} ({interval})"


def caveat(curve: LearningCurve) -> str:
    """Return how well the law predicts the largest share from the smaller ones; empty without a law."""
    if not (left := curve["all"]["left_out"]):
        return ""
    figures = (
        f"From the smaller shares alone, the same law predicts F {percent(left['predicted'])} for the "
        f"whole training set; it reached {percent(left['observed'])}"
    )
    if abs(left["predicted"] - left["observed"]) >= OFF:
        return f"{figures}. Don't rely on the prediction: the law does not fit."
    return f"{figures}, which is close."


def by_support(curve: LearningCurve) -> list[tuple[str, Course]]:
    """Return the labels, those with most entities in the dev set first."""
    return sorted(curve["labels"].items(), key=lambda item: (-item[1]["support"], item[0]))
