"""Hugging Face datasets: where the fields and the names of numbered tags are, and in what files."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from scripts.annotation.text import AnnotatedText, FileFault, OtherTask
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.detection import detect
from scripts.formats.file_roles import find_roles
from scripts.formats.huggingface.features import names_beside
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.arrow_samples import FEATURES, NAMES, ROWS, SCHEMA, info, save_arrow
from tests.formats.cases import SAMPLES
from tests.formats.reading import mentions, read, written

ROW = {"tokens": ["Ada", "left", "Rome"], "ner_tags": ["B-PER", "O", "B-LOC"]}
IDS = {"tokens": ["Ada", "left", "Rome"], "ner_tags": [1, 0, 3]}
BOTH = [("Ada", "PER"), ("Rome", "LOC")]
PARQUET = SAMPLES / "hf_tokens/parquet/train-00000-of-00001.parquet"
HINT = "set tag_names in configs/convert.cfg, in the order of the numbers: [O, B-PER, I-PER]"


def only(folder, row, **options):
    """Return the one record of a file that is found to be in this format."""
    path = written(folder, json.dumps(row))
    assert detect(path).name == "hf_tokens"
    (record,) = FORMATS["hf_tokens"].read(path, Options(**options))
    return record


def refused(path, **options):
    """Return why a file is refused."""
    with pytest.raises(FileFault) as caught:
        next(FORMATS["hf_tokens"].read(path, Options(**options)))
    return caught.value


def saved(folder, rows, **columns):
    """Return a Parquet file with these rows."""
    path = folder / "data.parquet"
    parquet.write_table(pa.Table.from_pylist(rows, pa.schema(columns) if columns else None), path)
    return path


# Fields


@pytest.mark.parametrize("tokens", ["tokens", "words", "Token", "sentence", "text"])
@pytest.mark.parametrize("tags", ["ner_tags", "nerTags", "labels", "tags", "ner", "entity_tags", "x"])
def test_fields_are_known_by_their_usual_names_or_by_the_tags(tmp_path, tokens, tags):
    record = only(tmp_path, {tokens: ROW["tokens"], tags: ROW["ner_tags"], "pos_tags": ["N", "V", "N"]})
    assert (record.text, mentions(record)) == ("Ada left Rome", BOTH)


def test_user_chooses_between_two_layers(tmp_path):
    row = {**ROW, "fine_ner_tags": ["B-poet", "O", "B-city"]}
    fault = refused(written(tmp_path, json.dumps(row)))
    assert fault.reason == "it has 2 tag fields: 'ner_tags', 'fine_ner_tags'"
    record = only(tmp_path, row, layer="fine_ner_tags")
    assert mentions(record) == [("Ada", "poet"), ("Rome", "city")]
    assert {span.layer for span in record.spans} == {"fine_ner_tags"}


def test_layer_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    fault = refused(written(tmp_path, json.dumps(ROW)), layer="fine")
    assert (fault.reason, fault.hint) == (
        "none of its tag fields is called 'fine'",
        "set layer in configs/convert.cfg to one of 'ner_tags'",
    )


def test_numbers_beside_their_own_names_are_no_second_layer(tmp_path):
    record = only(tmp_path, {**IDS, "ner_labels": ROW["ner_tags"]})
    assert mentions(record) == BOTH


def test_scheme_of_the_tags_is_found(tmp_path):
    for tags in (["PER", "O", "LOC"], ["I-PER", "O", "I-LOC"], ["U-PER", "O", "S-LOC"]):
        assert mentions(only(tmp_path, {**ROW, "ner_tags": tags})) == BOTH


def test_identifier_document_and_split_are_kept_and_plain_fields_are_meta(tmp_path):
    row = {"id": 3, "doc_id": "d", "split": "validation", "lang": "en", "bbox": [[0], [1], [2]], **ROW}
    record = only(tmp_path, row)
    assert (record.id, record.group, record.split, record.meta) == ("3", "d", "dev", {"lang": "en"})


def test_text_that_a_row_gives_is_kept(tmp_path):
    record = only(tmp_path, {**ROW, "text": "Ada  left\r\nRome"})
    assert (record.text, mentions(record)) == ("Ada  left\r\nRome", BOTH)


# Numbers


def test_numbers_without_names_are_refused_until_the_user_names_them(tmp_path):
    fault = refused(written(tmp_path, json.dumps(IDS)))
    assert fault.reason == "its tags are numbers up to 3, without names"
    assert fault.hint.startswith(HINT)
    assert mentions(only(tmp_path, IDS, tag_names=tuple(NAMES))) == BOTH


def test_too_few_names_are_refused(tmp_path):
    fault = refused(written(tmp_path, json.dumps(IDS)), tag_names=("O", "B-PER"))
    assert (
        fault.reason
        == "its tags are numbers up to 3, but tag_names in configs/convert.cfg has 2 names: O, B-PER"
    )


def test_numbers_that_are_all_zero_mark_nothing(tmp_path):
    record = only(tmp_path, {**IDS, "ner_tags": [0, 0, 0]})
    assert (record.spans, record.annotated) == ((), True)


def test_zero_among_names_is_outside(tmp_path):
    assert mentions(only(tmp_path, {**ROW, "ner_tags": ["B-PER", "0", "B-LOC"]})) == BOTH


@pytest.mark.parametrize("tags", [[1, -100, 3], [1, -1, 3], [1, None, 3]])
def test_token_that_nobody_tagged_is_unknown(tmp_path, tags):
    record = only(tmp_path, {**IDS, "ner_tags": tags}, tag_names=tuple(NAMES))
    assert (mentions(record), record.missing, record.annotated) == (BOTH, ((4, 8),), True)


@pytest.mark.parametrize("tags", [[], None, [-1, -1, -1], [-100, None, -100]])
def test_row_without_tags_was_tagged_by_nobody(tmp_path, tags):
    path = written(tmp_path, "\n".join(map(json.dumps, (ROW, {**ROW, "ner_tags": tags}))))
    _, record = FORMATS["hf_tokens"].read(path, DEFAULTS)
    assert (record.spans, record.missing, record.annotated) == ((), (), False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dataset_info.json", {"features": FEATURES}),
        ("dataset_infos.json", {"default": {"features": FEATURES}}),
        ("label.json", {name: number for number, name in enumerate(NAMES)}),
        ("id2label.json", dict(enumerate(NAMES))),
        ("README.md", {"dataset_info": {"features": [{"name": "ner_tags", "names": NAMES}]}}),
        ("README.md", {"dataset_info": [{"config_name": "a", "features": FEATURES}]}),
    ],
)
def test_names_are_found_in_a_file_beside_that_is_its_companion(tmp_path, name, value):
    text = json.dumps(value)
    card = tmp_path / name
    card.write_text(f"---\n{text}\n---\n# Title\n" if name == "README.md" else text)
    assert mentions(only(tmp_path, IDS)) == BOTH
    path = tmp_path / "data"
    assert find_roles([card, path]).companions == {card: path}


def test_names_of_two_configurations_are_told_apart_by_the_folder(tmp_path):
    other = {"ner_tags": {"feature": {"names": ["O", "B-X", "I-X", "B-Y"], "_type": "ClassLabel"}}}
    infos = {"fine": {"features": other}, "coarse": {"features": FEATURES}}
    (tmp_path / "dataset_infos.json").write_text(json.dumps(infos))
    assert names_beside(tmp_path / "train.json", "ner_tags") == ()
    assert names_beside(tmp_path / "coarse/train.json", "ner_tags") == tuple(NAMES)


@pytest.mark.parametrize(
    "text", ["", "---\n: [\n---\n", "---\n[]\n---\n", "---\ndataset_info: 5\n---\n", "# Title\n---\n"]
)
def test_card_that_says_nothing_of_names_is_passed_over(tmp_path, text):
    (tmp_path / "README.md").write_text(text)
    for name in ("dataset_info.json", "dataset_infos.json", "label.json"):
        (tmp_path / name).write_text("[5" if text else "5")
    assert refused(written(tmp_path, json.dumps(IDS))).hint.startswith(HINT)


# Damage


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"tokens": ["Ada", "left"]}, "it has 2 tokens and 3 tags"),
        ({"ner_tags": ["O"]}, "it has 3 tokens and 1 tags"),
        ({"ner_tags": "O"}, "its tags are 'O', not a list"),
        ({"tokens": "Ada"}, "its tokens are 'Ada', not a list"),
        ({"tokens": [], "ner_tags": []}, "the record has no tokens"),
        ({"tokens": ["Ada", 5, "x"]}, "token 2 is 5, not a string"),
        ({"ner_tags": ["O", "O", 7]}, "token 3 has a tag without a name: 7"),
        ({"ner_tags": ["O", "O", [7]]}, "token 3 has an invalid tag: [7]"),
        ({"ner_tags": ["O", "O", "PER"]}, "token 3: the tag 'PER' is not in the file's scheme (IOB2)"),
        ({"tokens": ["Ada", "left", ""]}, "token 3 is empty and has a tag"),
    ],
)
def test_row_that_is_damaged_is_a_fault(tmp_path, changes, reason):
    data = "\n".join(map(json.dumps, [*[ROW] * 6, {**ROW, **changes}]))
    assert read(tmp_path, "hf_tokens", data)[-1].reason == reason


def test_rows_without_tags_of_entities_are_another_task(tmp_path):
    path = written(tmp_path, json.dumps({"tokens": ["Ada"], "pos_tags": ["NOUN"]}))
    with pytest.raises(OtherTask) as caught:
        next(FORMATS["hf_tokens"].read(path, DEFAULTS))
    assert caught.value.reason == (
        "its rows have no entity tags, one for each token; their fields are tokens, pos_tags"
    )


@pytest.mark.parametrize(
    "row",
    [
        {"tokens": ["Ada"], "pos_tags": ["NOUN"], "text": "Ada"},
        {"tokens": [{"text": "Ada"}], "ner_tags": ["O"]},
        {"input_ids": [1, 2], "labels": [0, 0]},
        {"tokens": ["Ada", "left"], "labels": ["sport"]},
    ],
)
def test_other_records_are_not_taken_for_tokens_with_tags(tmp_path, row):
    assert not FORMATS["hf_tokens"].sniff(Head.of(written(tmp_path, json.dumps(row))))


# Files


def test_feather_file_is_read_as_the_stream_is(tmp_path):
    table = pa.Table.from_pylist(ROWS, SCHEMA.with_metadata(info(FEATURES)))
    feather.write_feather(table, tmp_path / "a")
    save_arrow(tmp_path / "b", ROWS, SCHEMA.with_metadata(info(FEATURES)))
    found = [
        [getattr(record, "text", record.place) for record in FORMATS["hf_tokens"].read(path, DEFAULTS)]
        for path in (tmp_path / "a", tmp_path / "b", PARQUET)
    ]
    assert found[0] == found[1] == found[2]


def test_many_batches_and_row_groups_are_read_in_order(tmp_path):
    rows = [{"id": str(number), "tokens": ["Ada"], "ner_tags": [1]} for number in range(1203)]
    table = pa.Table.from_pylist(rows, SCHEMA.with_metadata(info(FEATURES)))
    parquet.write_table(table, tmp_path / "x.parquet", row_group_size=100)
    records = FORMATS["hf_tokens"].read(tmp_path / "x.parquet", DEFAULTS)
    assert [(r.id, r.place) for r in records] == [(str(n), f"row {n + 1}") for n in range(1203)]


def test_row_whose_text_is_not_utf8_is_a_fault_and_the_others_are_read(tmp_path):
    words = pa.array([["Ada"], ["Bo"], ["Li"]])
    data = words.flatten().buffers()[2].to_pybytes().replace(b"Bo", b"\xff\xff")
    broken = pa.StringArray.from_buffers(3, words.flatten().buffers()[1], pa.py_buffer(data))
    tokens = pa.ListArray.from_arrays(words.offsets, broken)
    table = pa.table({"tokens": tokens, "ner_tags": [["B-PER"]] * 3})
    parquet.write_table(table, tmp_path / "x.parquet")
    first, fault, last = FORMATS["hf_tokens"].read(tmp_path / "x.parquet", DEFAULTS)
    assert (first.text, last.text) == ("Ada", "Li")
    assert fault.reason.startswith("it can't be read ('utf-8' codec can't decode")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"text": "Ada", "label": 1}], "text, label"),
        ([{"a": 1.5}], "a"),
        ([{"tokens": ["Ada"], "labels": None}], None),
    ],
)
def test_parquet_without_entities_is_refused_by_its_columns(tmp_path, rows, reason):
    path = saved(tmp_path, rows)
    assert detect(path).name == "hf_tokens"
    fault = refused(path)
    assert isinstance(fault, OtherTask)
    if reason:
        no = "it has neither columns with tokens and tags nor columns with a text and spans: "
        assert fault.reason == no + reason


def test_parquet_without_rows_is_refused(tmp_path):
    assert refused(saved(tmp_path, [], tokens=pa.list_(pa.string()))).reason == "it has no rows"


def test_parquet_that_is_cut_off_is_refused(tmp_path):
    path = written(tmp_path, PARQUET.read_bytes()[:-100])
    assert refused(path).reason.startswith("it is damaged or cut off: pyarrow can't read it (")


def test_mentions_in_parquet_are_read_as_in_json(tmp_path):
    row = {"text": "Ada left", "entities": [{"text": "Ada", "label": "PER"}], "vector": [0.5, 1.5]}
    (record,) = FORMATS["hf_tokens"].read(saved(tmp_path, [row]), DEFAULTS)
    assert [(mention.text, mention.label) for mention in record.unlocated] == [("Ada", "PER")]
    assert record.meta == {}


def test_spans_in_parquet_need_names_for_numbered_labels(tmp_path):
    row = {"text": "Ada left", "entities": [{"start": 0, "end": 3, "label": 1}]}
    path = saved(tmp_path, [row])
    assert refused(path).reason == "the labels in 'entities' are numbers without names"
    (record,) = FORMATS["hf_tokens"].read(path, Options(tag_names=("LOC", "PER")))
    assert mentions(record) == [("Ada", "PER")]
    (fault,) = FORMATS["hf_tokens"].read(path, Options(tag_names=("LOC",)))
    assert fault.reason == "the span has a tag without a name: 1"


def test_span_in_parquet_without_a_name_leaves_the_others(tmp_path):
    marks = [{"start": 0, "end": 3, "label": 0}, {"start": 4, "end": 8, "label": 9}]
    path = saved(tmp_path, [{"text": "Ada left", "entities": marks}])
    (record,) = FORMATS["hf_tokens"].read(path, Options(tag_names=("PER",), layer="entities"))
    assert [(span.start, span.label, span.layer) for span in record.spans] == [(0, "PER", "entities")]
    assert [span.reason for span in record.unread] == ["the span has a tag without a name: 9"]
    assert record.annotated


def test_user_chooses_between_two_columns_of_spans(tmp_path):
    mark = {"start": 0, "end": 3, "label": "PER"}
    path = saved(tmp_path, [{"text": "Ada left", "a": [mark], "b": [{**mark, "label": "X"}]}])
    assert refused(path).reason == "it has 2 span columns: 'a', 'b'"
    (record,) = FORMATS["hf_tokens"].read(path, Options(layer="b"))
    assert [(span.label, span.layer) for span in record.spans] == [("X", "b")]


def test_files_that_datasets_keeps_for_itself_belong_to_the_data(tmp_path):
    shutil.copytree(SAMPLES / "hf_tokens/saved_folder", tmp_path / "saved")
    paths = [p for p in (tmp_path / "saved").rglob("*") if p.is_file() and p.name != "expected.json"]
    found = find_roles(sorted(paths))
    assert {path.parent.name for path in found.annotations} == {"train", "validation"}
    assert {path.name for path in found.companions} == {
        "cache-1f.arrow",
        "dataset_dict.json",
        "dataset_info.json",
        "state.json",
    }
    assert not found.refused


def test_without_pyarrow_the_message_says_how_to_install_it():
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from pathlib import Path\n"
        "from scripts.annotation.text import FileFault\n"
        "from scripts.formats.detection import detect\n"
        "from scripts.formats.base import DEFAULTS\n"
        f"path = Path({str(PARQUET)!r})\n"
        "try:\n"
        "    next(detect(path).read(path, DEFAULTS))\n"
        "except FileFault as fault:\n"
        "    print(fault.reason, '|', fault.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == (
        "a Parquet or Arrow file needs the package pyarrow, which isn't installed | "
        "python -m pip install -c constraints.txt pyarrow"
    )


def test_every_record_of_a_sample_is_a_text_or_a_fault():
    records = list(FORMATS["hf_tokens"].read(PARQUET, DEFAULTS))
    assert [isinstance(record, AnnotatedText) for record in records] == [True] * 4 + [False] * 2
