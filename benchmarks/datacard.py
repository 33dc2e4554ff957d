"""The tables of the starter corpus' data card, computed from the shipped files alone.

    python -m benchmarks.datacard            writes the tables into assets/README.md
    python -m benchmarks.datacard --check    says whether the tables there are up to date

In: `assets/starter/` (the corpus) and `assets/annotation/` (both raw annotations of every round, and the
review of a copy with planted errors). Out: tables in Markdown, between two markers in the card.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
import typer

from benchmarks.costs import PROJECT
from benchmarks.training import between, table
from scripts.annotation.splits import SPLITS
from scripts.files import atomic

CORPUS, ANNOTATION = PROJECT / "assets/starter", PROJECT / "assets/annotation"
CARD = PROJECT / "assets/README.md"
BEGIN, END = "<!-- figures: python -m benchmarks.datacard -->", "<!-- end of figures -->"
LABELS = ("PERSON", "ORG", "DATE")
CONTEXTS = 5  # most frequent contexts shown on each side
MASK = "▯"  # replaces an entity where texts are compared
ANNOTATED = (*LABELS, "all")

Span = tuple[int, int, str]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Text:
    """One document of the corpus, with the tokens of spaCy's blank English pipeline."""

    id: str
    genre: str
    group: str | None
    split: str
    text: str
    spans: tuple[Span, ...]
    tokens: tuple[tuple[int, str], ...]  # (offset, token) without white space


@app.command()
def datacard_cli(check: bool = typer.Option(False, help="Only check the tables")) -> None:
    """Write the tables of the starter corpus into its data card."""
    card = CARD.read_text(encoding="utf8")
    fresh = with_figures(card, figures(read_corpus()))
    if not check:
        atomic.write_text(CARD, fresh)
    elif fresh != card:
        raise SystemExit("assets/README.md is out of date; update it: python -m benchmarks.datacard")


def with_figures(card: str, tables: str) -> str:
    """Return the card with new tables between its markers."""
    return between(card, BEGIN, END, tables)


def read_corpus() -> list[Text]:
    """Return the documents of the shipped corpus, split by split."""
    tokenizer = spacy.blank("en").tokenizer
    found = []
    for split in SPLITS:
        for row in read_rows(CORPUS / f"{split}.jsonl"):
            doc = tokenizer(row["text"])
            tokens = tuple((token.idx, token.text) for token in doc if not token.is_space)
            spans = spans_of(row)
            found.append(
                Text(row["id"], row["genre"], row.get("group"), split, row["text"], spans, tokens)
            )
    return found


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSONL file."""
    with path.open(encoding="utf8") as lines:
        return [json.loads(line) for line in lines]


def spans_of(row: dict[str, Any]) -> tuple[Span, ...]:
    """Return the spans of one row as tuples."""
    return tuple((span["start"], span["end"], span["label"]) for span in row["spans"])


def figures(corpus: Sequence[Text]) -> str:
    """Return all tables of the card."""
    parts = [
        "**By genre**\n\n" + sizes("Genre", ((text.genre, text) for text in corpus)),
        "**By split**\n\n" + sizes("Split", ((text.split, text) for text in corpus)),
        "**New entities**: distinct strings of the test set that the training set lacks\n\n"
        + unseen_table(corpus),
        "**Agreement of the two annotations**: F of exact spans, before any discussion\n\n"
        + agreement_table(),
        "**Planted errors** that the review found\n\n" + planted_table(),
        "**Most frequent two words beside an entity** (share of all entities)\n\n"
        + contexts_table(corpus),
    ]
    return "\n".join(parts)


def sizes(name: str, named: Iterable[tuple[str, Text]]) -> str:
    """Return documents, tokens, entities by label and density for each kind of text, and for all."""
    kinds: dict[str, list[Text]] = {}
    everything = []
    for kind, text in named:
        kinds.setdefault(kind, []).append(text)
        everything.append(text)
    rows = []
    for kind, texts in (*kinds.items(), ("all", everything)):
        tokens = sum(len(text.tokens) for text in texts)
        labels = Counter(span[2] for text in texts for span in text.spans)
        empty = sum(not text.spans for text in texts)
        counts = [labels[label] for label in LABELS]
        rows.append((kind, len(texts), empty, tokens, *counts, f"{100 * sum(counts) / tokens:.1f}"))
    return table((name, "Documents", "No entities", "Tokens", *LABELS, "per 100 tokens"), rows)


def unseen(corpus: Sequence[Text], label: str) -> tuple[int, int]:
    """Return how many strings a label has in the test set, and how many the training set lacks."""
    strings = {
        split: {
            t.text[s[0] : s[1]] for t in corpus if t.split == split for s in t.spans if s[2] == label
        }
        for split in ("train", "test")
    }
    return len(strings["test"]), len(strings["test"] - strings["train"])


def unseen_table(corpus: Sequence[Text]) -> str:
    """Return the share of the test set's names that are new, by label."""
    rows = []
    for label in LABELS:
        known, new = unseen(corpus, label)
        rows.append((label, known, new, f"{new / known:.0%}"))
    return table(("Label", "In the test set", "New", "Share"), rows)


def rounds() -> Iterator[tuple[str, dict[str, set[Span]], dict[str, set[Span]]]]:
    """Yield each round with the spans of both annotations, by document."""
    folders = sorted(ANNOTATION.glob("round-*"))
    for folder in folders:
        first, second = (
            {row["id"]: set(spans_of(row)) for row in read_rows(folder / f"{name}.jsonl")}
            for name in ("first", "second")
        )
        if first.keys() != second.keys():
            raise ValueError(f"{folder}: the two annotations are not of the same documents")
        yield folder.name, first, second


def agreement(first: dict[str, set[Span]], second: dict[str, set[Span]], label: str) -> float | None:
    """Return the F-score between two annotations: twice the equal spans, divided by all spans."""

    def chosen(passes: dict[str, set[Span]]) -> set[tuple[str, Span]]:
        every = ((id, span) for id, spans in passes.items() for span in spans)
        return {(id, span) for id, span in every if label in ("all", span[2])}

    one, other = chosen(first), chosen(second)
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else None


def agreement_table() -> str:
    """Return agreement by round and label."""
    rows = []
    for name, first, second in rounds():
        scores = [agreement(first, second, label) for label in ANNOTATED]
        mentions = sum(map(len, first.values()))
        shown = ["–" if score is None else f"{100 * score:.1f}" for score in scores]
        rows.append((name.replace("-", " "), len(first), mentions, *shown))
    return table(("Round", "Documents", "Entities", *ANNOTATED), rows)


def planted_table() -> str:
    """Return how many planted errors of each kind the review found."""
    planted = atomic.read_json(ANNOTATION / "planted.json")["planted"]
    changes = defaultdict(list)
    for row in read_rows(ANNOTATION / "review.jsonl"):
        changes[row["id"]].append(row)
    found: dict[str, list[bool]] = {}
    for error in planted:
        found.setdefault(error["kind"], []).append(any(fixes(c, error) for c in changes[error["id"]]))
    rows = [(kind, len(hits), sum(hits)) for kind, hits in sorted(found.items())]
    total = [hit for hits in found.values() for hit in hits]
    return table(("Kind", "Planted", "Found"), [*rows, ("all", len(total), sum(total))])


def fixes(change: dict[str, Any], error: dict[str, Any]) -> bool:
    """Say whether a reviewer's change undoes a planted error."""
    return bool(change["old"] == error["planted"] and change["new"] == error["gold"])


def contexts(corpus: Sequence[Text]) -> dict[str, Counter[str]]:
    """Return how often two words occur before, and after, an entity; other entities are masked."""
    found: dict[str, Counter[str]] = {"before": Counter(), "after": Counter()}
    for text in corpus:
        words, at = masked(text)
        for start, end in at:
            found["before"][" ".join(words[max(0, start - 2) : start])] += 1
            found["after"][" ".join(words[end : end + 2])] += 1
    return found


def contexts_table(corpus: Sequence[Text]) -> str:
    """Return the most frequent contexts on either side."""
    found = contexts(corpus)
    rows = []
    commonest = (counter.most_common(CONTEXTS) for counter in found.values())
    total = sum(found["before"].values())
    for (before, n), (after, m) in zip(*commonest, strict=False):
        cells = (f"{shown(before)} … ({n / total:.1%})", f"… {shown(after)} ({m / total:.1%})")
        rows.append(cells)
    return table(("before", "after"), rows)


def shown(words: str) -> str:
    """Return a context as Markdown code, with pipes and backticks escaped."""
    if not words:
        return "(edge of the text)"
    escaped = words.replace("|", r"\|")
    return f"`` {escaped} ``" if "`" in escaped else f"`{escaped}`"


def masked(text: Text) -> tuple[list[str], list[tuple[int, int]]]:
    """Return the words of a text in lower case with a mask for each entity, and where the masks are."""
    words: list[str] = []
    places: list[tuple[int, int]] = []
    spans = iter((*text.spans, (len(text.text) + 1, len(text.text) + 1, "")))
    start, end, _ = next(spans)
    for offset, token in text.tokens:
        while offset >= end:
            start, end, _ = next(spans)
        if offset < start:
            words.append(token.lower())
        elif not places or places[-1] != (start, end):
            places.append((start, end))
            words.append(MASK)
    return words, [(i, i + 1) for i, word in enumerate(words) if word == MASK]


def runs(corpus: Sequence[Text], length: int) -> dict[tuple[str, ...], set[str]]:
    """Return sequences of that many words (entities masked) with the documents that contain them."""
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for text in corpus:
        words, _ = masked(text)
        for at in range(len(words) - length + 1):
            found[tuple(words[at : at + length])].add(text.id)
    return found


def name_words(corpus: Sequence[Text]) -> dict[str, set[str]]:
    """Return the capitalised words of PERSON and ORG entities with the documents that contain them."""
    found: dict[str, set[str]] = defaultdict(set)
    for text in corpus:
        for start, end, label in text.spans:
            if label != "DATE":
                for word in re.findall(r"\w+", text.text[start:end]):
                    if len(word) > 1 and word[0].isupper():
                        found[word].add(text.id)
    return found


if __name__ == "__main__":
    app()
