"""Sentences as JSON lists of tokens and tags, one a line or in a list.

A sentence: [[TOKEN, ...], [TAG, ...]]            or [[TOKEN, TAG], [TOKEN, TAG], ...]
            [["Ada", "left"], ["B-PER", "O"]]        [["Ada", "NNP", "B-PER"], ["left", "VBD", "O"]]

The tag is the last item of a token's list. Tags are in any scheme of `tags`, or numbers with names in
the setting `tag_names` or in a list next to the file. The text is the tokens joined by single spaces.
Source: what `json.dumps((tokens, tags))` writes, and `nltk.chunk.tree2conlltags`
(https://www.nltk.org/api/nltk.chunk.util.html) for tokens with their tags.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from scripts.annotation.text import Fault, FileFault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.columns.tag_columns import is_marked_column
from scripts.formats.huggingface.hf_tokens import TaggedFields
from scripts.formats.huggingface.hf_tokens import parse as parse_row
from scripts.formats.huggingface.tags import is_number, tagging_of
from scripts.formats.shared.fields import shown
from scripts.formats.shared.head import Head
from scripts.formats.shared.head import parsed as json_of
from scripts.formats.shared.json_records import RECORD_SHOWN, Fields, json_values, parsed
from scripts.formats.shared.python_literals import BrokenValue
from scripts.formats.shared.tags import OUT
from scripts.formats.spacy.pairs import PlacedValue, numbered, values_in_lines

FIRST = 50  # sentences that the shape is found from
SAMPLE = 20_000  # sentences that the scheme of the tags is found from
MOST = 0.6  # of the first sentences must be in a shape


class TaggedSentence(NamedTuple):
    """Tokens and tags of a sentence, as many of the one as of the other."""

    tokens: list[str]
    tags: list[Any]


SentenceParser = Callable[[Any], TaggedSentence | None]


def two_lists(value: Any) -> TaggedSentence | None:
    """Return a sentence that is a list of tokens and one of tags, or None."""
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(v, list) for v in value):
        return None
    return in_order(*value)


def list_of_tokens(value: Any) -> TaggedSentence | None:
    """Return a sentence that is a list of tokens, each with its tag, or None."""
    if not isinstance(value, list) or not all(isinstance(v, list) and len(v) > 1 for v in value):
        return None
    return in_order([item[0] for item in value], [item[-1] for item in value])


def in_order(tokens: list[Any], tags: list[Any]) -> TaggedSentence | None:
    """Return tokens and tags if they are as many, and what they should be."""
    same = 0 < len(tokens) == len(tags)
    words = all(isinstance(token, str) for token in tokens)
    kinds = {type(tag) for tag in tags}
    return TaggedSentence(tokens, tags) if same and words and kinds in ({str}, {int}) else None


SHAPES: tuple[SentenceParser, ...] = (two_lists, list_of_tokens)


def sniff(head: Head) -> bool:
    """Say whether the first sentences are in one of the shapes."""
    begin = head.text.lstrip()
    if not begin.startswith("["):
        return False
    lines = [line for line in head.lines if line.strip()][:FIRST]
    if shape_of([json_of(line) for line in lines]):
        return True
    return isinstance(head.value, list) and shape_of(head.value[:FIRST]) is not None


def shape_of(values: list[Any]) -> SentenceParser | None:
    """Return the shape that most of some values are in, with tags in it, or None."""
    for shape in SHAPES:
        found = [sentence for sentence in map(shape, values) if sentence]
        tags = [tag for sentence in found for tag in sentence.tags]
        if not found or len(found) < MOST * len(values):
            continue
        plain = list(map(str, tags))
        if is_marked_column(plain) or set(plain) == {OUT} or all(map(is_number, tags)):
            return shape
    return None


def read(path: Path, options: Options) -> Records:
    """Yield the sentences of a file; their shape and the scheme of the tags are found first."""
    file = path.as_posix()
    shape = shape_of([value for _, value in islice(values_of(path), FIRST)])
    if not shape:
        reason = "its first sentences are not lists of tokens and tags such as O, B-PER and I-PER"
        raise FileFault(file, reason, "write each as [[token, ...], [tag, ...]]")
    sentences = (sentence for _, value in values_of(path) if (sentence := shape(value)))
    lists = [sentence.tags for sentence in islice(sentences, SAMPLE)]
    layout = TaggedFields(
        "tokens", "tags", tagging_of(path, "tags", lists, None, options), options.layer
    )
    parse_one = partial(parse, shape=shape, layout=layout)
    for place, value in values_of(path):
        if isinstance(value, BrokenValue):
            yield Fault(file, place, value.record[:RECORD_SHOWN], value.reason, "write it again")
        else:
            yield from parsed(file, place, {"sentence": value}, parse_one)


def values_of(path: Path) -> Iterator[PlacedValue]:
    """Return what is in a file where sentences should stand: on its lines, or in a list."""
    first = [value for _, value in islice(values_in_lines(path), FIRST)]
    return values_in_lines(path) if shape_of(first) else numbered(json_values(path))


def parse(record: Fields, shape: SentenceParser, layout: TaggedFields) -> Fields:
    """Return the fields of one sentence, or raise Unusable."""
    sentence = shape(record["sentence"])
    if not sentence:
        reason = f"{shown(record['sentence'])} is not a sentence with a tag for each token"
        raise Unusable(reason, "write it like the others: as many tags as tokens, all of them strings")
    return parse_row(sentence._asdict(), layout)


FORMAT = Format("token_pairs", "lists of tokens and tags (JSON)", sniff, read, None)
