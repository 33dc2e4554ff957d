"""What the course of a training says: whether it stopped too early, too late, or about right.

In: the evaluations on dev that training logged. Out: the curve for a plot, and a verdict.
"""

from collections.abc import Sequence
from typing import Any

RISING, PEAKED, SETTLED, UNKNOWN = "rising", "peaked early", "settled", "unknown"
LATE = 0.9  # the best score in the last tenth of the steps: it was still rising
EARLY = 0.4  # the best score before this share of the steps, and lost again since: the rest did harm
LOST = 0.01  # how much of the best score must be lost again for that


def course(points: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the points (step, score, loss), the best and the last one, and the verdict.

    points: the rows of curve.jsonl; scores are fractions from 0 to 1.
    """
    rows = [
        {"step": row["step"], "score": row["score"], "loss": sum(row["losses"].values())}
        for row in points
    ]
    if len(rows) < 3:
        return {"points": rows, "verdict": UNKNOWN}
    best = max(rows, key=lambda row: (row["score"], -row["step"]))
    last = rows[-1]
    verdict = SETTLED
    if best["step"] >= LATE * last["step"]:
        verdict = RISING
    elif best["step"] <= EARLY * last["step"] and best["score"] - last["score"] > LOST:
        verdict = PEAKED
    return {"points": rows, "best": best, "last": last, "verdict": verdict}
