"""Small corpora for tests, made by the real steps from texts with their entities in brackets.

A text: `[Ada](PERSON) met nobody.` The same notation as `try` prints.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.convert import convert
from scripts.inputs import inputs
from scripts.settings.base import Settings
from scripts.settings.convert import ConvertSettings
from scripts.settings.files import FILES, write_steps

ROOT = Path(__file__).parents[1]
CONFIG = Path(__file__).parent / "config.cfg"  # the shipped one, whatever a user makes of theirs
MARKED = re.compile(r"\[([^\]]*)\]\((\w+)\)")


def record(marked: str) -> dict[str, Any]:
    """Return the record of a text with its entities in brackets."""
    text, end, spans = "", 0, []
    for match in MARKED.finditer(marked):
        text += marked[end : match.start()]
        mention, label = match.groups()
        spans.append({"start": len(text), "end": len(text) + len(mention), "label": label})
        text += mention
        end = match.end()
    return {"text": text + marked[end:], "spans": spans}


def write_records(path: Path, texts: Sequence[str | dict[str, Any]]) -> None:
    """Write texts with their entities in brackets, or whole records, as JSONL, one a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = [record(text) if isinstance(text, str) else text for text in texts]
    rows = [json.dumps(row, ensure_ascii=False) + "\n" for row in found]
    path.write_text("".join(rows), encoding="utf8")


def settings(**changes: Any) -> ConvertSettings:
    """Return settings of conversion for JSONL in one process, with changes; else the shipped ones."""
    values = {"format": "jsonl", "offsets": "characters", "label_map": {}, "processes": 1}
    return ConvertSettings(**{**values, **changes})


def write_settings(corpus: Path, **changes: Any) -> None:
    """Write the settings that each step reads, as `inputs` does: the shipped ones, with changes."""
    files: dict[str, Settings] = {}
    for name, model in FILES.items():
        if name == "convert":
            continue
        files[name] = model(**{key: changes.pop(key) for key in model.model_fields if key in changes})
    files["convert"] = settings(**changes)
    write_steps(corpus, files)


def make_corpus(
    folder: Path,
    *,
    train: Sequence[str | dict[str, Any]],
    dev: Sequence[str | dict[str, Any]],
    test: Sequence[str | dict[str, Any]],
    lang: str = "en",
    **changes: Any,
) -> Path:
    """Write `folder`/raw/<split>.jsonl, convert it as the steps do, and return `folder`/corpus.

    changes: of settings, see `settings`.
    """
    for split, texts in (("train", train), ("dev", dev), ("test", test)):
        write_records(folder / "raw" / f"{split}.jsonl", texts)
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    found = inputs(str(folder / "raw"), corpus, config=CONFIG, lang=lang)
    write_settings(corpus, **changes)
    convert(found, settings(**changes), corpus)
    return corpus
