"""What is wrong with the annotations, by kind: how often, three examples, and what deals with it.

In: records that can't be used, and spans that did not go through as marked. Out: `problems` of
conversion.json, the most frequent kind first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scripts.annotation.text import AnnotatedText, Fault, UnreadSpan
from scripts.conversion.changes import Change
from scripts.conversion.outcome import Problem, ProblemExample
from scripts.conversion.reasons import kind_of
from scripts.conversion.span_outcomes import OUT_OF_TEXT, TRIMMED, UNREAD, UNUSABLE

KINDS = 10  # the worst ones are reported
EXAMPLES = 3
AROUND = 40  # characters of the text on either side of a mention

# What a person calls each thing that can become of a span.
TITLES = {
    "trimmed": "spans with white space at their ends (removed)",
    "adjusted": "spans that cut through a token (moved to whole tokens)",
    "misaligned": "spans that cut through a token (lost)",
    "overlapping": "spans that overlap another one (lost as entities)",
    "duplicate": "spans that are marked twice",
    "empty": "spans without a visible character",
    "discontinuous": "spans in several parts",
    "mismatched": "spans whose text differs from the text quoted in the file",
    "not_found": "entities that don't occur in their text",
    "ambiguous": "entities that occur several times in their text",
    UNREAD: "spans that can't be read (their tokens, or all unmarked tokens, count as unannotated)",
    OUT_OF_TEXT: "spans outside their text (lost; unmarked tokens there count as unannotated)",
}


@dataclass(slots=True)
class ProblemKind:
    """One kind of problem: how often it came up, what deals with it, and the first examples."""

    hint: str
    count: int = 0
    examples: list[ProblemExample] = field(default_factory=list)

    @property
    def reason(self) -> str | None:
        """Why the first of its records can't be used; None for a kind of spans."""
        return self.examples[0]["reason"] if "record" in self.examples[0] else None


@dataclass(slots=True)
class ProblemCollector:
    """The kinds of problems of a conversion."""

    kinds: dict[str, ProblemKind] = field(default_factory=dict)

    def add_fault(self, fault: Fault) -> None:
        """Note a record that can't be used; its kind is its reason without particulars."""
        found = self.kinds.setdefault(kind_of(fault.reason), ProblemKind(fault.hint))
        found.count += 1
        if len(found.examples) < EXAMPLES:
            where = f"{fault.file}, {fault.place}"
            found.examples.append({"where": where, "reason": fault.reason, "record": fault.record[:200]})

    def add_change(self, record: AnnotatedText, change: Change) -> None:
        """Note a span that did not go through as marked."""
        found = self.kinds.setdefault(TITLES[change.outcome], ProblemKind(change.hint))
        found.count += 1
        if len(found.examples) < EXAMPLES:
            found.examples.append(
                {
                    "where": f"{record.file}, {record.place}",
                    "reason": change.reason,
                    "context": in_context(record.text, change),
                    "tokens": list(change.tokens),
                }
            )

    def add_unread(self, record: AnnotatedText, span: UnreadSpan) -> None:
        """Note a span that can't be read."""
        found = self.kinds.setdefault(TITLES[UNREAD], ProblemKind(span.hint))
        found.count += 1
        if len(found.examples) < EXAMPLES:
            where = f"{record.file}, {record.place}"
            example = ProblemExample(where=where, reason=span.reason, context=span.shown, tokens=[])
            found.examples.append(example)

    def merge(self, other: "ProblemCollector") -> None:
        """Add what was noted of later records."""
        for name, kind in other.kinds.items():
            found = self.kinds.setdefault(name, ProblemKind(kind.hint))
            found.count += kind.count
            found.examples = (found.examples + kind.examples)[:EXAMPLES]

    def report(self) -> list[Problem]:
        """Return the worst kinds; what was fixed without loss comes after what was lost."""
        harmless = TITLES[TRIMMED]
        ranked = sorted(
            self.kinds.items(), key=lambda item: (item[0] == harmless, -item[1].count, item[0])
        )
        return [
            {
                "kind": kind.reason or name,
                "count": kind.count,
                "what_to_do": kind.hint,
                "examples": kind.examples,
            }
            for name, kind in ranked[:KINDS]
        ]

    def rejected(self) -> dict[str, int]:
        """Return the first record of each kind that can't be used and why, with the kind's number."""
        return firsts(kind for kind in self.kinds.values() if kind.reason)

    def unusable_spans(self) -> dict[str, int]:
        """Return the same of spans that count towards the setting `max_rejected`."""
        titles = {TITLES[outcome] for outcome in UNUSABLE}
        return firsts(kind for title, kind in self.kinds.items() if title in titles)


def firsts(kinds: Iterable[ProblemKind]) -> dict[str, int]:
    """Return the first example of each kind and why it can't be used, with the kind's number."""
    ranked = sorted(kinds, key=lambda kind: -kind.count)
    found = ((kind.examples[0], kind.count) for kind in ranked)
    return {f"{example['where']}: {example['reason']}": count for example, count in found}


def in_context(text: str, change: Change) -> str:
    """Return a span in its context, in brackets with its label; its offsets if it has no place."""
    span = change.span
    if not 0 <= span.start <= span.end <= len(text) or span.start == span.end:
        return f"[{change.mention or f'{span.start}-{span.end}'}]({span.label})"
    before, after = text[max(0, span.start - AROUND) : span.start], text[span.end : span.end + AROUND]
    left = "…" if span.start > AROUND else ""
    right = "…" if span.end + AROUND < len(text) else ""
    return f"{left}{before}[{text[span.start : span.end]}]({span.label}){after}{right}"
