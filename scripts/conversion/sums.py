"""The counts of a conversion in words, as sums that add up: for the terminal and for the report.

In: `records` and `spans` of conversion.json. Out: `5 read = 3 accepted + 2 ignored + 0 rejected`.
"""

from collections.abc import Iterable, Mapping

from scripts.conversion.span_outcomes import ADJUSTED, TRIMMED

OUTCOMES = ("accepted", "ignored", "merged", "rejected")  # of a record
ALWAYS = ("accepted", "rejected")  # shown even where there are none


def outcomes_of(records: Mapping[str, int]) -> list[str]:
    """Return the outcomes of records that are needed for a sum."""
    return [name for name in OUTCOMES if records.get(name) or name in ALWAYS]


def sum_of_records(records: Mapping[str, int]) -> str:
    """Return how many records were read, and how many had each outcome."""
    pieces = f" (+ {records['pieces']:,} pieces of long texts)" if records["pieces"] else ""
    return f"{records['read']:,} read{pieces} = {terms(records, outcomes_of(records))}"


def sum_of_spans(spans: Mapping[str, int]) -> str:
    """Return how many spans were read, how many were kept and changed, and why others were lost."""
    changes = ", ".join(f"{spans[name]:,} {name}" for name in (TRIMMED, ADJUSTED) if spans.get(name))
    kept = f"{spans['kept']:,} kept{f' ({changes})' if changes else ''}"
    lost = [name for name in spans if name not in ("read", "kept", TRIMMED, ADJUSTED) and spans[name]]
    return " + ".join(filter(None, (f"{spans['read']:,} read = {kept}", terms(spans, lost))))


def terms(counts: Mapping[str, int], names: Iterable[str]) -> str:
    """Return the terms of a sum."""
    return " + ".join(f"{counts[name]:,} {name.replace('_', ' ')}" for name in names)
