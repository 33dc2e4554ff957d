"""What `convert` writes: the contents of counts.json and conversion.json, and rows of rejected.jsonl.

`tally` counts, `problems`, `merging` and `selecting` note the rest, and `convert` puts it together.
"""

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class SplitCounts(TypedDict):
    """What one split holds.

    without_entities: documents without an entity. partly_annotated: documents of which some tokens are
    not annotated. without_annotation: documents of which no token is. not_exhaustive: documents in which
    what is not marked may be an entity all the same. wrong_spans: spans that are known to be no entity.
    labels: entities by label. lost_labels: spans by label that could not become entities. With a key
    for spans, entities are the spans under it.
    """

    documents: int
    tokens: int
    entities: int
    without_entities: int
    partly_annotated: int
    without_annotation: int
    not_exhaustive: int
    wrong_spans: int
    labels: dict[str, int]
    lost_labels: dict[str, int]


class Counts(TypedDict):
    """The contents of counts.json: what later steps need of a conversion.

    records, spans: how many were read, and how many of them had each outcome; they add up.
    splits: by name. lengths: by number of tokens, how many documents of the training set have it.
    span_lengths: the same for spans, also those that overlap.
    streamed: whether training reads the training set as a stream, in shuffled shards.
    spans_key: under which the spans are that were counted, empty where they are entities. Parts of a
    corpus that earlier versions made lack it.
    """

    records: dict[str, int]
    spans: dict[str, int]
    splits: dict[str, SplitCounts]
    lengths: dict[str, int]
    span_lengths: dict[str, int]
    streamed: bool
    spans_key: NotRequired[str]


class Tallied(TypedDict):
    """The part of conversion.json that is counted.

    ignored: records by the reason why they were ignored. fixed: by kind, what readers had to fix.
    excluded: spans by the reason why they are in no document. files: by name, the format and the number
    of records by outcome. unknown_labels: a warning for each label that was named and doesn't occur.
    spans_key: see `Counts`.
    """

    records: dict[str, int]
    ignored: dict[str, int]
    fixed: dict[str, int]
    spans: dict[str, int]
    excluded: dict[str, int]
    splits: dict[str, SplitCounts]
    lengths: dict[str, int]
    span_lengths: dict[str, int]
    files: dict[str, dict[str, int | str]]
    unknown_labels: list[str]
    spans_key: str


class AnnotatorAgreement(TypedDict):
    """How well annotators agree: F of one against the other, over all texts that have several."""

    texts: int
    f: float | None
    f_by_label: dict[str, float]


class SharedText(TypedDict):
    """A text that has several rows, and the spans of each row by its place."""

    text: str
    rows: dict[str, list[str]]


class SharedTexts(TypedDict):
    """How many texts have several rows, and the first of them."""

    texts: int
    examples: list[SharedText]


class DifferentTexts(SharedTexts):
    """The same for texts whose rows differ; `counts` is the row that counts."""

    counts: str


class Repeated(TypedDict):
    """What became of rows about one text.

    identical: rows with the spans of another one. unannotated: rows that say nothing about their text,
    where others do. complementary, different: examples of texts whose rows differ.
    """

    identical: int
    unannotated: int
    complementary: SharedTexts | None
    different: DifferentTexts | None


class ProblemExample(TypedDict):
    """One place of a problem: a record that can't be used, or a span in its context with its tokens."""

    where: str
    reason: str
    record: NotRequired[str]
    context: NotRequired[str]
    tokens: NotRequired[list[str]]


class Problem(TypedDict):
    """A kind of problem with the annotations: how often it occurs, what to do, and examples."""

    kind: str
    count: int
    what_to_do: str
    examples: list[ProblemExample]


class Corrected(TypedDict):
    """Documents with a correction, and corrections whose text is in no document.

    without_overlaps: documents with a correction that is not used, see `Corrector`.
    """

    documents: int
    unused: int
    without_overlaps: NotRequired[int]


class Noted(TypedDict):
    """The part of conversion.json that is not counted: how texts were split, and what was noticed.

    pieces_apart: how long the pieces are at most that were split by themselves, None where texts are
    whole. segment_helps: whether there are texts or groups that could be cut. offsets: a warning that
    another offset unit fits better. question: what only the user can answer. read_along: files that were
    read with others, by folder. skipped_files: files that were not read, and why. rejected,
    unusable_spans: by the first example of each kind, how many can't be used.
    """

    split_by: Literal["rank", "hash"]
    pieces_apart: int | None
    segment_helps: bool
    offsets: str | None
    agreement: AnnotatorAgreement | None
    repeated: Repeated
    corrections: NotRequired[Corrected]
    tags_in_labels: list[str]
    question: str | None
    read_along: dict[str, int]
    skipped_files: dict[str, str]
    rejected: dict[str, int]
    unusable_spans: dict[str, int]
    problems: list[Problem]


class Conversion(Tallied, Noted):
    """The contents of conversion.json."""

    streamed: bool


class Reject(TypedDict):
    """A row of rejected.jsonl: a record or a span that could not be used as it was.

    what: `record` or `span`. record: the record itself, or the identifier of a span's record.
    outcome: what became of a span.
    """

    what: str
    file: str
    place: str
    reason: str
    hint: str
    record: NotRequired[str | None]
    split: NotRequired[str]
    label: NotRequired[str]
    start: NotRequired[int]
    end: NotRequired[int]
    mention: NotRequired[str | None]
    span: NotRequired[str]
    tokens: NotRequired[list[str]]
    outcome: NotRequired[str]
