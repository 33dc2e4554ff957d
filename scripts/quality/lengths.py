"""Documents that are far longer than the rest."""

from collections.abc import Iterator

from scripts.quality.finding import WARN, Finding, Occurrences
from scripts.quality.statistics import CorpusStatistics


def length_findings(statistics: CorpusStatistics, times: float) -> Iterator[Finding]:
    """Yield the documents that have more than so many times the median number of tokens."""
    most = times * statistics.median_length
    long = Occurrences()
    for tokens, source in sorted(statistics.longest, reverse=True):
        if tokens > most:
            long.add(f"{source} ({tokens:,} tokens)")
    if long.count:
        many = "1 document has" if long.count == 1 else f"{long.count} documents have"
        message = f"{many} over {most:,.0f} tokens, {times:g} times the median"
        advice = (
            "cut them at paragraphs into records with the same `group`: long documents slow down "
            "training and need memory"
        )
        yield Finding("long document", WARN, message, advice, long)
