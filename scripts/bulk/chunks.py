"""Records in numbered chunks, the same however often the input is read."""

from collections.abc import Iterable, Iterator

from scripts.bulk.job import Chunk, Job, Raw


def in_chunks(records: Iterable[tuple[Raw, int]], job: Job) -> Iterator[Chunk]:
    """Yield records in chunks of `job.records`, or fewer where they are long.

    records: each with how many bytes of the input were read by then.
    """
    number = size = position = 0
    held: list[Raw] = []
    for raw, position in records:
        held.append(raw)
        size += size_of(raw, job)
        if len(held) == job.records or size >= job.bytes:
            yield Chunk(number, held, position)
            number, held, size = number + 1, [], 0
    if held:
        yield Chunk(number, held, position)


def size_of(raw: Raw, job: Job) -> int:
    """Return about how many bytes a record has."""
    if isinstance(raw.content, bytes):
        return len(raw.content)
    text = raw.content.get(job.text) if isinstance(raw.content, dict) else None
    return len(text) if isinstance(text, str) else 0
