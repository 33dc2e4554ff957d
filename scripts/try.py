"""Step `try`: the trained pipeline on a sentence, its entities in colour.

In: a sentence on the command line, or lines on standard input. Out: the same text with entities marked,
each with its label and its score, if the pipeline has scores.
"""

import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import spacy
import typer
from spacy.language import Language
from spacy.tokens import Doc, Span
from wasabi.util import color, supports_ansi

from scripts.corpus.marks import marked_spans, spans_key_of
from scripts.files.pipelines import pipeline_of, to_type
from scripts.files.step import run as run_step
from scripts.files.terminal import harmless, msg, printable

COLOURS = (
    120,
    117,
    222,
    216,
    183,
    159,
    229,
    210,
)  # of the 256 of a terminal: light, so black shows on them

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def try_cli(
    words: list[str] = typer.Argument(
        None, help="A sentence; without one, lines are read from standard input"
    ),
    run: Path = typer.Option(Path("training/default"), help="The run's folder"),
) -> None:
    """Show what the trained pipeline finds in a sentence."""
    model = pipeline_of(run)
    if not model.is_dir():
        msg.fail(
            f"There is no trained pipeline in {run.as_posix()}",
            f"Train one: {to_type('all', run)}",
            exits=1,
        )
    nlp = spacy.load(model)
    key = spans_key_of(nlp.config)
    labels = sorted(
        {label for name in nlp.pipe_names for label in getattr(nlp.get_pipe(name), "labels", ())}
    )
    colours = {label: COLOURS[i % len(COLOURS)] for i, label in enumerate(labels)}
    if not (supports_ansi() and sys.stdout.isatty()):
        colours = {}
    texts = filter(partial(fits, nlp), [" ".join(words)] if words else typed_lines())
    for doc in nlp.pipe(texts):
        shown = marked(doc, colours) if key is None else with_spans(doc, marked_spans(doc, key))
        print(shown)  # noqa: T201


def typed_lines() -> Iterator[str]:
    """Yield the lines of standard input that are not blank, asking for them at a terminal."""
    if sys.stdin.isatty():
        msg.info("Type a sentence and press Enter; Ctrl-D (on Windows Ctrl-Z) ends.")
    lines: Iterable[str] = iter(sys.stdin.readline, "")
    for line in lines:
        if line.strip():
            yield line.strip()


def fits(nlp: Language, text: str) -> bool:
    """Say whether a text is short enough for a pipeline; warn of one that is not."""
    if len(text) <= nlp.max_length:
        return True
    reason = f"A line has {len(text):,} characters; at most {nlp.max_length:,} are taken"
    msg.warn(reason, "For files: weasel run apply")
    return False


def with_spans(doc: Doc, spans: Iterable[Span]) -> str:
    """Return a text and, below it, its spans with their labels: spans of `spancat` may overlap."""
    found = (f"  {printable(span.text)} ({printable(span.label_)})" for span in spans)
    return "\n".join([harmless(doc.text), *found])


def marked(doc: Doc, colours: dict[str, int]) -> str:
    """Return a text with its entities, labels and scores: in colour, or in brackets without colours."""
    parts = []
    end = 0
    for ent in doc.ents:
        parts.append(harmless(doc.text[end : ent.start_char]))
        found, label = harmless(ent.text), printable(ent.label_)
        if Span.has_extension("score") and ent._.score is not None:
            label += f" {ent._.score:.2f}"
        if colours:
            shown = f" {found} {color(label, fg=16, bg=colours.get(ent.label_, 250), bold=True)}"
            parts.append(color(shown, fg=16, bg=colours.get(ent.label_, 250)))
        else:
            parts.append(f"[{found}]({label})")
        end = ent.end_char
    return "".join(parts) + harmless(doc.text[end:])


if __name__ == "__main__":
    run_step(app, writes=False)
