"""Texts so few that their hashes leave a split without any: how else they are split.

In: what was made of them in a first attempt. Out: another way to split them, or none.
"""

from dataclasses import dataclass, replace

from scripts.conversion.making import FEW, ChunkCounts, Job
from scripts.conversion.segmenting import NO_SEGMENTS
from scripts.conversion.splitting import Thresholds, thresholds_by_rank

PIECES = 100  # about how many pieces too few texts are cut into


@dataclass(frozen=True, slots=True)
class FewTextsSplit:
    """How so few texts are split that their hashes left a split empty.

    thresholds: where texts are cut into splits by their rank; None for by hash.
    longest: characters that pieces of texts have at most, where there are too few texts or groups and
    each piece is split by itself; else None.
    """

    thresholds: Thresholds | None = None
    longest: int | None = None


def split_of_few(
    few: FewTextsSplit, total: ChunkCounts, job: Job, characters: int
) -> FewTextsSplit | None:
    """Return another way to split so few texts that the last one, `few`, left a split empty.

    None if it did not, if there are too many texts for that to be bad luck, or if nothing is left:
    first by rank; then, where `segment` says how long texts may be cut, the pieces by themselves.
    characters: of all texts.
    """
    splits = total.tally.splits
    if len(total.positions) >= FEW or all(splits[s]["documents"] for s in ("train", *job.open_splits)):
        return None
    shares = {"dev": job.settings.dev, "test": job.settings.test}
    if few.thresholds:
        return None
    if thresholds := thresholds_by_rank(total.positions, **shares, missing=job.open_splits):
        return replace(few, thresholds=thresholds)
    if few.longest or job.settings.segment == NO_SEGMENTS or not total.positions:
        return None
    return FewTextsSplit(longest=min(job.settings.longest, max(1, characters // PIECES)))
