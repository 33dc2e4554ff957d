"""Put every text into a split by what it says, so that adding texts moves none.

In: a text (or its group), and the splits that the source fixed. Out: `train`, `dev` or `test`.
"""

from collections.abc import Collection

Thresholds = tuple[float, float]  # positions below the first are test, those up to the second dev


def thresholds_for(dev: float, test: float) -> Thresholds:
    """Return the thresholds that give these shares: test is below the first, then comes dev."""
    return test, test + dev


def thresholds_by_rank(
    positions: Collection[float], *, dev: float, test: float, missing: Collection[str]
) -> Thresholds | None:
    """Return thresholds that give each missing split its share of so few positions, but at least one.

    positions: different ones, of all texts that are split here. missing: as for `choose_split`.
    None when there are not enough for these splits and train.
    """
    ranked = sorted(positions)
    tests, devs = (
        max(1, round(share * len(ranked))) if name in missing else 0
        for name, share in (("test", test), ("dev", dev))
    )
    if tests + devs >= len(ranked):
        return None
    return ranked[tests], ranked[tests + devs]


def choose_split(where: float, thresholds: Thresholds, missing: Collection[str]) -> str:
    """Return the split of a text that the source left open.

    where: the position of the text, or of the group that must stay together.
    missing: the splits that neither a file nor a record names; only these are taken, the rest is train.
    """
    first, second = thresholds
    if where < first and "test" in missing:
        return "test"
    if first <= where < second and "dev" in missing:
        return "dev"
    return "train"
