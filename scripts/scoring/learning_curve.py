"""What twice as much annotation would probably give: a power law through scores by size of training set.

In: counts on the dev set of pipelines that were trained on growing shares, with several seeds. Out: the
law, in all and by label, with its uncertainty, and how well it predicts the largest share from others.

The law is F = a - b * n ** -c, with a at most 1: the score rises towards `a`, ever more slowly (J.
Hestness et al., Deep Learning Scaling is Predictable, Empirically, 2017). It is fitted to the means of
the seeds by least squares, for many values of c. Its uncertainty comes from resampling both the
documents of the dev set and the seeds; with one seed, the documents only. It doesn't contain that the
law may be wrong: see `LeftOut`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from scripts.scoring.counts import Values, f_score, precision, recall
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.metrics import Bounds, too_few
from scripts.scoring.variants import GroupedCounts

EXPONENTS = np.geomspace(0.05, 1.0, 40)  # values of c that are tried; theory expects 0.5 to 1
ALL = ""  # no label is called that
LEAST = 3  # points that a law needs
FACTOR = 2.0  # how much more annotation the question is about

Floats = npt.NDArray[np.float64]


class Point(TypedDict):
    """A share of the training set. size: documents, or entities of a label. f, p, r: by seed."""

    share: float
    size: int
    f: list[float]
    p: list[float]
    r: list[float]


class Law(TypedDict):
    """F = a - b * n ** -c."""

    a: float
    b: float
    c: float


class Doubled(TypedDict):
    """What the law expects of twice as much annotation. gain: over what it expects of all of it now."""

    f: float
    interval: Bounds
    gain: float
    gain_interval: Bounds


class LeftOut(TypedDict):
    """The largest share, as the law predicts it from the smaller ones, and as it was."""

    predicted: float
    observed: float


class Course(TypedDict):
    """The learning curve of a label, or of all.

    law, doubled, left_out: None if there are too few points, none of the whole training set, or too few
    entities in the dev set. area: of the law, by size, the interval of F. support: gold entities of the
    dev set.
    """

    points: list[Point]
    support: int
    too_few: bool
    law: Law | None
    doubled: Doubled | None
    left_out: LeftOut | None
    area: list[tuple[float, float, float]]


class LearningCurve(TypedDict):
    """How scores grow with the training set.

    train, dev: fingerprints of the corpus files. config: the name of the config. all: against documents.
    labels: against entities of the label in the training set. failed: by trial, why.
    """

    train: str
    dev: str
    config: str
    confidence: float
    seeds: int
    all: Course
    labels: dict[str, Course]
    failed: dict[str, str]


class StoredCurve(TypedDict):
    """The contents of learning_curve.json; None as long as there is no learning curve of the corpus."""

    curve: LearningCurve | None


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the training set: its documents, its entities by label, and counts of each seed."""

    share: float
    documents: int
    labels: Mapping[str, int]
    counts: Sequence[GroupedCounts]


def courses(shares: Sequence[Share], bootstrap: Bootstrap) -> tuple[Course, dict[str, Course]]:
    """Return the learning curve of all labels together, and of each label of the dev set."""
    every = [counts for share in shares for counts in share.counts]
    groups = sorted({group for counts in every for group in counts})
    labels = sorted({label for counts in every for row in counts.values() for label in row})
    table = np.zeros((len(groups), len(every), len(labels) + 1, 3), dtype=np.int64)  # the last one: all
    for at, counts in enumerate(every):
        for row, group in enumerate(groups):
            for label, three in counts.get(group, {}).items():
                table[row, at, labels.index(label)] = three
    table[:, :, -1] = table.sum(axis=2)
    drawn = f_score(bootstrap.totals(table))  # (resample, training, label)
    found: dict[str, Course] = {}
    for column, label in enumerate([*labels, ALL]):
        own = table[:, :, column]
        sizes = [share.documents if label is ALL else share.labels.get(label, 0) for share in shares]
        gold = own[:, 0, 0] + own[:, 0, 2]
        if not gold.sum() and label is not ALL:
            continue
        points = points_of(shares, sizes, own.sum(axis=0))
        few = too_few(int((gold > 0).sum()), int(gold.sum()))
        means = resampled_means(drawn[:, :, column], [len(share.counts) for share in shares], bootstrap)
        found[label] = course(points, int(gold.sum()), few, means, bootstrap)
    return found.pop(ALL), found


def points_of(shares: Sequence[Share], sizes: Sequence[int], totals: Values) -> list[Point]:
    """Return the points of a curve. totals: (training, TP FP FN), in the order of shares and seeds."""
    f, p, r = (measure(totals).tolist() for measure in (f_score, precision, recall))
    points, at = [], 0
    for share, size in zip(shares, sizes, strict=True):
        own = slice(at, at + len(share.counts))
        points.append(Point(share=share.share, size=size, f=f[own], p=p[own], r=r[own]))
        at = own.stop
    return points


def resampled_means(drawn: Values, seeds: Sequence[int], bootstrap: Bootstrap) -> Floats:
    """Return the mean F of each share, for each resample of documents and seeds.

    drawn: (resample of documents, training). seeds: how many each share has. One seed less is drawn than
    there are, which makes up for how few they are: the variance of the mean is then the right one.
    """
    rng = np.random.default_rng(bootstrap.seed)
    means, at = [], 0
    for count in seeds:
        chosen = at + rng.integers(count, size=(len(drawn), max(1, count - 1)))
        means.append(np.take_along_axis(drawn, chosen, axis=1).mean(axis=1))
        at += count
    return np.stack(means, axis=1)


def course(points: list[Point], support: int, few: bool, means: Floats, bootstrap: Bootstrap) -> Course:
    """Return the curve through points. means: (resample, share), see `resampled_means`."""
    found: Course = {
        "points": points,
        "support": support,
        "too_few": few,
        "law": None,
        "doubled": None,
        "left_out": None,
        "area": [],
    }
    known = [at for at, point in enumerate(points) if point["size"] and point["f"]]
    sizes = np.array([points[at]["size"] for at in known], dtype=np.float64)
    whole = any(points[at]["share"] == 1 for at in known)
    if few or not whole or len(set(sizes)) < LEAST:
        return found
    observed = np.array([[np.mean(points[at]["f"]) for at in known]])
    law, drawn = fit(sizes, observed), fit(sizes, means[:, known])
    now, then = float(sizes[-1]), FACTOR * float(sizes[-1])
    gains = drawn.at(then) - drawn.at(now)
    found["law"] = {"a": float(law.a[0]), "b": float(law.b[0]), "c": float(law.c[0])}
    found["doubled"] = {
        "f": float(law.at(then)[0]),
        "interval": bootstrap.interval(drawn.at(then)).as_list(),
        "gain": float((law.at(then) - law.at(now))[0]),
        "gain_interval": bootstrap.interval(gains).as_list(),
    }
    for size in np.geomspace(sizes[0], then, 40):
        low, high = bootstrap.interval(drawn.at(float(size))).as_list()
        found["area"].append((float(size), low or 0.0, high or 0.0))
    if len(set(sizes)) > LEAST:
        earlier = fit(sizes[:-1], observed[:, :-1])
        found["left_out"] = {"predicted": float(earlier.at(now)[0]), "observed": float(observed[0, -1])}
    return found


@dataclass(frozen=True, slots=True)
class Laws:
    """Many laws at once: a, b and c of each."""

    a: Floats
    b: Floats
    c: Floats

    def at(self, size: float) -> Floats:
        """Return what each law expects at a size."""
        return np.asarray(np.clip(self.a - self.b * size**-self.c, 0.0, 1.0))


def fit(sizes: Floats, scores: Floats) -> Laws:
    """Return the laws of least squares through scores, one for each row.

    sizes: of the training set. scores: (law, size). A score that falls is taken as one that stays.
    """
    best = np.full(len(scores), np.inf)
    a, b, c = (np.zeros(len(scores)) for _ in range(3))
    middle = scores.mean(axis=1)
    for exponent in EXPONENTS:
        falling = (sizes / sizes[-1]) ** -exponent
        centred = falling - falling.mean()
        slope = np.maximum(0.0, -(scores @ centred) / (centred @ centred))
        top = middle + slope * falling.mean()
        above = top > 1  # then a is 1, and the slope is fitted to that
        slope = np.where(above, (1 - scores) @ falling / (falling @ falling), slope)
        top = np.where(above, 1.0, top)
        off = ((scores - top[:, None] + slope[:, None] * falling) ** 2).sum(axis=1)
        better = off < best
        best = np.where(better, off, best)
        a, c = np.where(better, top, a), np.where(better, exponent, c)
        b = np.where(better, slope * sizes[-1] ** exponent, b)
    return Laws(a, b, c)
