"""Records in chunks, each of which one process converts at a time."""

from collections.abc import Iterator

from scripts.annotation.text import AnnotatedText, Fault
from scripts.conversion.progress import Progress
from scripts.conversion.reading import AnnotationFiles

CHUNK = 20_000  # records that one process converts at a time, and documents in a shard at most
CHUNK_CHARACTERS = 10_000_000  # of their texts; with long ones a chunk has fewer records
Chunk = list[AnnotatedText | Fault]


def in_chunks(
    records: Iterator[AnnotatedText | Fault], files: AnnotationFiles, progress: Progress, *, tokens: bool
) -> Iterator[tuple[int, Chunk]]:
    """Yield records in numbered lists of `CHUNK`, or fewer where their texts are long.

    tokens: whether the files' own are needed, or go to no other process.
    """
    number = characters = 0
    chunk: Chunk = []
    for record in records:
        if isinstance(record, AnnotatedText):
            characters += len(record.text)
            chunk.append(record if tokens or record.tokens is None else record.without_tokens())
        else:
            chunk.append(record)
        if len(chunk) == CHUNK or characters > CHUNK_CHARACTERS:
            progress.read(files.position(), len(chunk))
            yield number, chunk
            number, chunk, characters = number + 1, [], 0
    if chunk:
        progress.read(files.position(), len(chunk))
        yield number, chunk
