"""What a job of `apply` is, and what goes to a process that annotates a part of it and comes back.

A job is the same in every process and on every machine. A chunk is a numbered run of records; how the
input is cut into chunks depends on the input and the job only, never on how many processes there are.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import TypedDict

Fields = dict[str, Any]  # of a record, by name


class Unusable(ValueError):
    """Raised for a record that can't be annotated; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Job:
    """How each record is annotated.

    pipeline: the folder or package. fingerprint: the hash of its files. key: where it marks what it
    finds, see `marks.spans_key_of`. form: the format of the output. text, id, entities: names of fields.
    keep: the fields to keep, None for all. columns: those of a CSV file, in order. batch: texts that
    the pipeline takes at once. longest: characters of a text. most_signs: without a space between
    them, see `signs`. records, bytes: of a chunk, at most.
    """

    pipeline: str
    fingerprint: str
    key: str | None
    form: str
    text: str = "text"
    id: str = "id"
    entities: str = "entities"
    keep: tuple[str, ...] | None = None
    columns: tuple[str, ...] = ()
    batch: int = 256
    longest: int = 1_000_000
    most_signs: int = 10_000
    records: int = 1000
    bytes: int = 1 << 20
    gpu_id: int = -1

    def keeps(self, name: str) -> bool:
        """Say whether a field of the input goes into the output."""
        return name == self.text or self.keep is None or name in self.keep


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it was read.

    file, place: where (`texts/a.jsonl`, `line 12`). content: a line of JSON, the fields of a record, or
    the reason why there is neither.
    """

    file: str
    place: str
    content: bytes | Fields | Unusable


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records that one process annotates at a time. position: bytes of the input up to its end."""

    number: int
    records: list[Raw]
    position: int


class Rejected(TypedDict):
    """A line of the file of rejected records."""

    file: str
    place: str
    reason: str


@dataclass(slots=True)
class Annotated:
    """What became of a chunk.

    output: what the format makes of its records: bytes, or rows for Parquet. left_out: what the format
    can't hold, a phrase a kind: how often.
    """

    output: Any
    records: int = 0
    words: int = 0
    entities: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def is_utf8(text: str) -> bool:
    """Say whether a text can be written as UTF-8; spaCy takes no other."""
    try:
        text.encode("utf8")
    except UnicodeEncodeError:
        return False
    return True
