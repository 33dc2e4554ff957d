"""Labels as they are meant: without characters that nobody sees, and without the tags of a scheme.

In: annotated texts, one after the other. Out: the same with clean labels; where the labels of the whole
corpus are tags of tokens (`B-PERSON`, `I-PERSON`, `O`), pieces of an entity joined to one span.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar

from scripts.annotation.offset_units import mover
from scripts.annotation.text import AnnotatedText, CharSpan, UnlocatedEntity
from scripts.conversion.offset_evidence import moved_or_none
from scripts.conversion.tags_in_labels import NO_TAGS, may_be_tag, tags_among
from scripts.files.terminal import JOINERS, is_seen
from scripts.formats.shared.tags import BEGIN, INSIDE, LAST, OUT, split_prefixed

JOINED = "part of an entity joined to the part before it (a label such as I-…)"
OUTSIDE = "labelled O, which marks text outside entities"
BEGINS = "a label such as I-… that continues no span starts one"


SpanT = TypeVar("SpanT", CharSpan, UnlocatedEntity)


@lru_cache(1 << 14)
def cleaned(label: str) -> str:
    """Return a label without outer white space and unseen characters, in Unicode's composed form.

    Inner white space is one space. A joiner stays between letters that it may join, as in Persian. A
    label of which nothing would be left stays as it is.
    """
    label = unicodedata.normalize("NFC", label)
    around = zip(f" {label}", label, f"{label[1:]} ", strict=False)
    kept = (
        c
        for before, c, after in around
        if c.isspace() or (is_seen(c) and not (c in JOINERS and (before.isascii() or after.isascii())))
    )
    return " ".join("".join(kept).split()) or label


def clean_map(label_map: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return a label map that fits clean labels; an entry for a clean label wins over others."""
    ranked = sorted(label_map, key=lambda label: cleaned(label) == label)
    return {cleaned(old): (new := label_map[old]) and cleaned(new) for old in ranked}


@dataclass(slots=True)
class LabelCleaner:
    """The labels of a corpus as they come, read as they are meant.

    unit: what offsets count. kept: labels that the user names, which are therefore no tags.
    tags: the labels that are read as tags, as an earlier look at the whole corpus found. clean: each
    label seen, as it is read. changed: the labels that were cleaned, and how often. notes: what was
    fixed. excluded: spans that went into others, or that are none. whole: whether all labels were seen.
    due: whether there are more tags than `tags` by now.
    """

    unit: str
    kept: Collection[str] = ()
    tags: frozenset[str] = NO_TAGS
    clean: dict[str, str] = field(default_factory=dict)
    changed: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    excluded: Counter[str] = field(default_factory=Counter)
    whole: bool = False
    due: bool = False
    perhaps_tags: int = 0  # labels seen that may be tags

    def read(self, record: AnnotatedText) -> AnnotatedText:
        """Return a record with its labels as they are meant."""
        same = True
        for marks in (record.spans, record.wrong, record.unlocated):
            for mark in marks:
                label = self.clean.get(mark.label)
                same = (label if label is not None else self._add(mark.label)) == mark.label and same
        if not same:
            record = replace(
                record,
                spans=self._cleaned(record.spans),
                wrong=self._cleaned(record.wrong),
                unlocated=self._cleaned(record.unlocated),
            )
        if self.tags and any(span.label in self.tags for span in (*record.spans, *record.wrong)):
            wrong = [replace(span, label=self._name(span.label)) for span in record.wrong]
            spans = self._joined(record)
            record = replace(record, spans=spans, wrong=tuple(s for s in wrong if s.label != OUT))
            self.excluded[OUTSIDE] += len(wrong) - len(record.wrong)
        return record

    def _add(self, label: str) -> str:
        """Take in a label that is new, and return it as it is read."""
        self.clean[label] = clean = cleaned(label)
        if clean == OUT or may_be_tag(clean):
            self.perhaps_tags += 1
            # With the 1st, 2nd, 4th, 8th and so on: the time is then linear in the number of labels.
            if self.perhaps_tags.bit_count() == 1:
                self.due = not self.tags_seen() <= self.tags
        return clean

    def end(self) -> None:
        """Note that all labels were seen."""
        self.whole = True
        self.due = self.tags_seen() != self.tags

    def may_be_tags(self) -> bool:
        """Say whether labels that are still to come may prove that those seen are tags."""
        return not self.whole and any(map(may_be_tag, self.clean.values()))

    def tags_seen(self) -> frozenset[str]:
        """Return the tags among the labels that were seen, without those that the user names as labels.

        If the user names one that every scheme has (`B-…`, `I-…`), there are none. Either way, no label
        that comes later makes a tag a label again: by then records were skipped, to be read again.
        """
        if any(split_prefixed(label)[0] in (BEGIN, INSIDE) for label in self.kept):
            return NO_TAGS
        return tags_among(set(self.clean.values()), whole=self.whole) - (set(self.kept) - {OUT})

    def _cleaned(self, marks: tuple[SpanT, ...]) -> tuple[SpanT, ...]:
        self.changed.update(m.label for m in marks if self.clean[m.label] != m.label)
        return tuple(replace(mark, label=self.clean[mark.label]) for mark in marks)

    def _name(self, label: str) -> str:
        """Return the label in a tag; `O` for none."""
        return label if label not in self.tags or label == OUT else split_prefixed(label)[1]

    def _joined(self, record: AnnotatedText) -> tuple[CharSpan, ...]:
        """Return the spans of a record whose labels may be tags, in the order of the text."""
        found: list[CharSpan] = []
        last: dict[tuple[str, str], int] = {}  # where the span is that a further tag may continue
        move = mover(record.text, self.unit)
        for span in sorted(record.spans, key=lambda span: (span.start, span.end)):
            if span.label not in self.tags:
                found.append(span)
                continue
            kind, name = split_prefixed(span.label)
            if kind == OUT:
                self.excluded[OUTSIDE] += 1
                continue
            span = replace(span, label=name)
            at = last.pop((name, span.layer), None) if kind in (INSIDE, LAST) else None
            gap = None if at is None else moved_or_none(move, CharSpan(found[at].end, span.start, ""))
            if at is not None and gap and is_blank(record.text, gap):
                found[at] = joined(found[at], span)
                self.excluded[JOINED] += 1
            else:
                if kind in (INSIDE, LAST):
                    self.notes[BEGINS] += 1
                at = len(found)
                found.append(span)
            if kind in (BEGIN, INSIDE):
                last[name, span.layer] = at
        return tuple(found)


def is_blank(text: str, gap: CharSpan) -> bool:
    """Say whether there is nothing but white space between two spans, which don't overlap."""
    return gap.start <= gap.end and not text[gap.start : gap.end].strip()


def joined(one: CharSpan, two: CharSpan) -> CharSpan:
    """Return two neighbours as one span."""
    parts = (*(one.parts or ((one.start, one.end),)), *(two.parts or ((two.start, two.end),)))
    quoted = None if one.mention is None or two.mention is None else f"{one.mention} {two.mention}"
    return replace(one, end=two.end, parts=parts if one.parts or two.parts else (), mention=quoted)


def cleaning_notes(changed: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    """Yield for each label that was cleaned what became of it, and how often."""
    for label, count in sorted(changed.items()):
        yield f"label {label!r}, read as {cleaned(label)!r}", count
