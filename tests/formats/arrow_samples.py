"""Write the golden cases in Parquet and Arrow: `python -m tests.formats.arrow_samples`.

They have the layout and the metadata that `Dataset.to_parquet` and `DatasetDict.save_to_disk` leave.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from tests.formats.cases import SAMPLES

FOLDER = SAMPLES / "hf_tokens"
NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
STRING = {"dtype": "string", "_type": "Value"}
TAGS = {"feature": {"names": NAMES, "_type": "ClassLabel"}, "_type": "Sequence"}
FEATURES = {"id": STRING, "tokens": {"feature": STRING, "_type": "Sequence"}, "ner_tags": TAGS}
SCHEMA = pa.schema(
    {"id": pa.string(), "tokens": pa.list_(pa.string()), "ner_tags": pa.list_(pa.int64())}
)
ROWS = [
    {
        "id": "0",
        "tokens": ["🚀", "Ada", "Lovelace", "left", "Paris", "."],
        "ner_tags": [0, 1, 2, 0, 3, 0],
    },
    {"id": "1", "tokens": ["Nobody", "came", "."], "ner_tags": [0, 0, 0]},
    {"id": "2", "tokens": ["Not", "tagged", "."], "ner_tags": [-1, -1, -1]},
    {"id": "3", "tokens": ["Bo", "met", "Li"], "ner_tags": [1, -100, 1]},
    {"id": "4", "tokens": ["One", "tag", "too", "few"], "ner_tags": [0, 0, 0]},
    {"id": "5", "tokens": [], "ner_tags": []},
]
SPAN = pa.struct({"start": pa.int64(), "end": pa.int64(), "label": pa.int64()})
SPANS = [
    {"text": "🚀 Ada left\r\nParis.", "entities": [(2, 5, 0), (12, 17, 1)], "lang": "en"},
    {"text": "Nobody came.", "entities": [], "lang": "en"},
]
LABELS = {"names": ["PER", "LOC"], "_type": "ClassLabel"}


def as_dict(values: Iterable) -> dict:
    """Return a span, or several as lists, with the names of its fields."""
    return dict(zip(SPAN.names, values, strict=True))


def info(features: dict) -> dict[bytes, bytes]:
    """Return the metadata that `datasets` gives a schema."""
    return {b"huggingface": json.dumps({"info": {"features": features}}).encode()}


def save_parquet(case: str, rows: list[dict], schema: pa.Schema) -> Path:
    """Write rows as a Parquet file of a dataset."""
    path = FOLDER / case / "train-00000-of-00001.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.Table.from_pylist(rows, schema), path)
    return path


def save_arrow(path: Path, rows: list[dict], schema: pa.Schema) -> None:
    """Write rows as an Arrow stream."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        writer.write_table(pa.Table.from_pylist(rows, schema))


def save_json(path: Path, value: object) -> None:
    """Write a JSON file beside the data."""
    path.write_text(json.dumps(value, indent=2), encoding="utf8", newline="\n")


def save_folder(case: str) -> None:
    """Write what `DatasetDict.save_to_disk` leaves, with a file that `map` has cached there."""
    folder, name = FOLDER / case, "data-00000-of-00001.arrow"
    for split, rows in (("train", ROWS[:1]), ("validation", ROWS[1:2])):
        save_arrow(folder / split / name, rows, SCHEMA)
        save_json(folder / split / "dataset_info.json", {"citation": "", "features": FEATURES})
        save_json(folder / split / "state.json", {"_data_files": [{"filename": name}], "_split": split})
    save_arrow(folder / "train" / "cache-1f.arrow", ROWS[:1], SCHEMA)
    save_json(folder / "dataset_dict.json", {"splits": ["train", "validation"]})


def save_all() -> None:
    """Write every case."""
    save_parquet("parquet", ROWS, SCHEMA.with_metadata(info(FEATURES)))
    card = ["---", "dataset_info:", "  features:", "  - name: ner_tags", "    sequence:"]
    card += ["      class_label:", "        names:"]
    card += [f"          '{number}': {name}" for number, name in enumerate(NAMES)]
    below = save_parquet("parquet_and_card/data", ROWS[:2], SCHEMA)
    text = "\n".join([*card, "---", "# Names", ""])
    (below.parents[1] / "README.md").write_text(text, encoding="utf8", newline="\n")
    save_parquet("parquet_without_names", ROWS[:2], SCHEMA)
    save_json(FOLDER / "parquet_without_names/options.json", {"tag_names": NAMES})
    features = info({"text": STRING, "entities": [{"label": LABELS}]})
    schema = pa.schema({"text": pa.string(), "entities": pa.list_(SPAN), "lang": pa.string()})
    spans = [row | {"entities": [as_dict(span) for span in row["entities"]]} for row in SPANS]
    save_parquet("parquet_spans", spans, schema.with_metadata(features))
    lists = pa.struct({name: pa.list_(pa.int64()) for name in SPAN.names})
    schema = pa.schema({"text": pa.string(), "entities": lists, "lang": pa.string()})
    columns = as_dict([list(values) for values in zip(*SPANS[0]["entities"], strict=True)])
    save_parquet(
        "parquet_spans_in_lists",
        [SPANS[0] | {"entities": columns}],
        schema.with_metadata(features),
    )
    save_folder("saved_folder")


if __name__ == "__main__":
    save_all()
