"""Every kind of finding, on corpora that the real steps made, and what the command writes."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scripts import check as step
from scripts.check import check
from scripts.convert import convert
from scripts.corpus.tokenizer import blank_pipeline
from scripts.files import atomic
from scripts.inputs import inputs
from scripts.quality.debug_data import MOST_LABELS, debug_data
from scripts.quality.finding import NAMED, STOP, WARN, Finding, Occurrences
from scripts.settings.check import CheckSettings
from tests import corpora
from tests.corpora import CONFIG, make_corpus, write_settings

LIMITS = CheckSettings(few_examples=1)


def limits(**changes: float) -> CheckSettings:
    return LIMITS.model_copy(update=changes)


TRAIN = [
    "[Ada Okafor](PERSON) opened the gate on [Monday](DATE) and left it open.",
    "Nobody answered the second letter, so the clerk wrote a third.",
    "The ferry was late again; [Jonas Lind](PERSON) had stopped waiting by [June](DATE).",
]
DEV = ["On [Tuesday](DATE) the lamps were out, says [Mei Tanaka](PERSON)."]
TEST = ["[Rosa Duarte](PERSON) will paint the hall in [April](DATE), if it is dry."]
LONG_TEXT = "the committee agreed to postpone the repair of the bridge until the water had fallen"


def findings(
    folder: Path, limits: CheckSettings = LIMITS, lang: str = "en", key: str = "", **splits: Any
) -> list[Finding]:
    """Return what `check` finds in the clean corpus with some of its splits replaced."""
    splits = {"train": TRAIN, "dev": DEV, "test": TEST, **splits}
    corpus = make_corpus(folder, **splits, lang=lang, spans_key=key)
    nlp = blank_pipeline(atomic.read_json(corpus / "inputs.json")["nlp"])
    return check(corpus, nlp, limits, key or None)


def only(found: list[Finding]) -> Finding:
    """Return the one finding that there is."""
    assert len(found) == 1, [finding.message for finding in found]
    return found[0]


def lines(folder: Path, split: str, *numbers: int) -> list[str]:
    """Return how findings name these lines of a split's file."""
    return [f"{(folder / 'raw').as_posix()}/{split}.jsonl, line {number}" for number in numbers]


def test_clean_corpus_has_no_findings(tmp_path):
    assert findings(tmp_path) == []


@pytest.mark.parametrize("split", ["dev", "test"])
def test_split_without_entities_stops_the_run(tmp_path, split):
    found = findings(tmp_path, **{split: ["Not a name in it.", "Nor in this one."]})
    first = found[0]
    assert (first.kind, first.severity) == ("no entities", STOP)
    assert first.message == f"the {split} set has no entities"
    assert first.places.count == 2
    assert {finding.kind for finding in found[1:]} == {"label not in all splits"}


def test_train_without_entities_stops_the_run(tmp_path):
    found = findings(tmp_path, train=["Not a name in it."])
    assert [finding.message for finding in found if finding.severity == STOP] == [
        "the training set has no entities"
    ]


def test_label_that_is_not_in_all_splits_is_found_with_the_documents_that_have_it(tmp_path):
    train = [*TRAIN, "It was built by [Halloran](ORG).", "It was paid by [Northmere](ORG)."]
    found = only(findings(tmp_path, train=train))
    assert (found.kind, found.severity) == ("label not in all splits", WARN)
    assert found.message == "ORG occurs in the training set, but not in the dev set or the test set"
    named = [f"{place} (train)" for place in lines(tmp_path, "train", 4, 5)]
    assert found.places == Occurrences(2, named)


def test_label_with_few_examples_in_train_is_found_with_its_documents(tmp_path):
    found = findings(tmp_path, limits(few_examples=3))
    assert [finding.kind for finding in found] == ["few examples", "few examples"]
    assert found[1].message == "PERSON has 2 entities in the training set, fewer than 3"
    assert found[1].places == Occurrences(2, lines(tmp_path, "train", 1, 3))
    assert findings(tmp_path, limits(few_examples=2)) == []


def test_label_that_train_lacks_is_not_also_reported_as_few(tmp_path):
    found = findings(tmp_path, test=[*TEST, "It went to [Halloran](ORG)."])
    assert only(found).message == (
        "ORG occurs in the test set, but not in the training set or the dev set"
    )


def test_same_text_in_two_splits_is_found_with_both_documents(tmp_path):
    found = only(findings(tmp_path, dev=[*DEV, TRAIN[1].upper().replace(" ", "  ")]))
    assert (found.kind, found.severity) == ("text in two splits", WARN)
    assert found.message == (
        "1 pair of identical texts in the training set and the dev set: the score will be too high"
    )
    (train,), (dev,) = lines(tmp_path, "train", 2), lines(tmp_path, "dev", 2)
    assert found.places.named == [f"{train} (train) and {dev} (dev)"]


def test_same_text_twice_in_one_split_is_no_finding(tmp_path):
    assert findings(tmp_path, train=[*TRAIN, TRAIN[1]], test=[*TEST, "Nothing.", "Nothing."]) == []


def test_run_stops_only_when_more_of_test_than_allowed_is_in_train(tmp_path):
    leaks = TRAIN[:2]
    half = only(findings(tmp_path / "half", test=[*leaks, *TEST, "The other half."]))
    assert (half.kind, half.severity) == ("text in two splits", WARN)
    more = only(findings(tmp_path / "more", test=[*leaks, *TEST]))
    assert (more.kind, more.severity, more.places.count) == ("text in two splits", STOP, 2)


def test_copies_in_train_do_not_make_one_leaked_test_text_many(tmp_path):
    train = [*TRAIN, *(TRAIN[1].replace(" ", " " * n, 1) for n in range(2, 6))]
    found = only(findings(tmp_path, train=train, test=[*TEST, TRAIN[1], "Rain.", "Sun.", "Snow."]))
    assert (found.severity, found.places.count) == (WARN, 5)  # five pairs, one of five test texts


def test_test_text_that_dev_has_does_not_stop_the_run(tmp_path):
    found = only(findings(tmp_path, dev=TEST))
    assert found.severity == WARN
    assert found.message.startswith("1 pair of identical texts in the dev set and the test set")


def test_near_duplicates_across_splits_are_found_apart_from_equal_texts(tmp_path):
    near = [f"On Monday {LONG_TEXT}.", f"On Sunday {LONG_TEXT}."]
    found = only(findings(tmp_path, train=[*TRAIN, near[0]], test=[*TEST, near[1]]))
    assert (found.kind, found.severity) == ("near-duplicate in two splits", WARN)
    (train,), (test,) = lines(tmp_path, "train", 4), lines(tmp_path, "test", 2)
    assert found.places == Occurrences(1, [f"{train} (train) and {test} (test)"])
    strict = limits(near_duplicate=0.99)
    assert findings(tmp_path, strict, train=[*TRAIN, near[0]], test=[*TEST, near[1]]) == []


def test_near_duplicates_are_found_in_chinese(tmp_path):
    long_text = "委员会昨天决定把旧桥的修理推迟到河水退去以后并且请工程师再检查一次桥墩和栏杆"
    texts = {
        "train": ["[王芳](PERSON)在门口等人。", f"{long_text}。"],
        "dev": ["昨天没有人见到[李强](PERSON)。"],
        "test": ["[陈静](PERSON)要修屋顶。", f"{long_text}了！"],
    }
    found = only(findings(tmp_path, lang="zh", **texts))
    assert found.kind == "near-duplicate in two splits"
    (train,), (test,) = lines(tmp_path, "train", 2), lines(tmp_path, "test", 2)
    assert found.places.named == [f"{train} (train) and {test} (test)"]


def test_mention_with_two_labels_is_found_with_the_documents_of_each(tmp_path):
    train = [*TRAIN, "We met [April](PERSON) there.", "[April](PERSON) agreed.", "In [April](DATE)."]
    found = only(findings(tmp_path, train=train))
    assert (found.kind, found.severity) == ("entity with two labels", WARN)
    assert found.message == "'April' is labelled DATE twice and PERSON twice"
    test, *_ = lines(tmp_path, "test", 1)
    fourth, fifth, sixth = lines(tmp_path, "train", 4, 5, 6)
    named = [f"{test} (DATE)", f"{sixth} (DATE)", f"{fourth} (PERSON)", f"{fifth} (PERSON)"]
    assert found.places == Occurrences(4, named)


def with_span(marked: str, mention: str, label: str) -> dict[str, Any]:
    """Return the record of a text with its entities in brackets and one more span, which may overlap."""
    found = corpora.record(marked)
    start = found["text"].index(mention)
    found["spans"].append({"start": start, "end": start + len(mention), "label": label})
    return found


def test_spans_that_overlap_count_like_others_and_may_have_two_labels(tmp_path):
    splits = {
        "train": [with_span(TRAIN[0], "Okafor", "SURNAME"), *TRAIN[1:]],
        "dev": [with_span(DEV[0], "Tanaka", "SURNAME")],
        "test": [with_span(TEST[0], "April", "MONTH")],  # the same span has two labels
    }
    splits["train"].append(with_span("In [April](DATE) it rains.", "April", "MONTH"))
    splits["dev"].append(with_span("By [April](DATE) it is warm.", "April", "MONTH"))
    splits["test"].append(with_span("[Ana Reis](PERSON) came.", "Reis", "SURNAME"))
    assert findings(tmp_path / "spans", key="sc", **splits) == []
    found = findings(tmp_path / "few", limits(few_examples=2), key="sc", **splits)
    assert [(each.kind, each.message.split()[:2]) for each in found] == [
        ("few examples", ["MONTH", "has"]),
        ("few examples", ["SURNAME", "has"]),
    ]


def test_words_with_two_labels_in_one_place_and_one_in_another_are_found(tmp_path):
    train = [*TRAIN, with_span("In [April](DATE) it rains.", "April", "DATE2")]
    found = findings(tmp_path, key="sc", train=train)
    (conflict,) = (each for each in found if each.kind == "entity with two labels")
    assert conflict.message == "'April' is labelled DATE once and DATE + DATE2 once"


def test_corpus_without_the_key_of_the_config_is_refused(tmp_path):
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST)
    with pytest.raises(ValueError, match=r"the corpus has no doc\.spans\['sc'\]"):
        check(corpus, blank_pipeline({"lang": "en"}), LIMITS, "sc")


def test_mention_left_unlabelled_is_found_with_the_documents_that_miss_it(tmp_path):
    train = [*TRAIN, "In [June](DATE) it rained.", "June was dry.", "June, June and no end."]
    found = only(findings(tmp_path, train=train))
    assert (found.kind, found.severity) == ("entity left unlabelled", WARN)
    assert found.message == "'June' is an entity twice and unlabelled 3 times"
    assert found.places == Occurrences(3, lines(tmp_path, "train", 5, 6, 6))
    assert findings(tmp_path, limits(unlabelled=4), train=train) == []


def test_punctuation_at_an_edge_is_found_with_the_mention(tmp_path):
    train = [*TRAIN, "She met [Ivan,](PERSON) who left."]
    found = only(findings(tmp_path, train=train))
    assert (found.kind, found.severity) == ("punctuation at an edge", WARN)
    assert found.message == "1 entity begins or ends with ','"
    assert found.places.named == [f"{lines(tmp_path, 'train', 4)[0]}: PERSON 'Ivan,'"]


def test_long_document_is_found_by_the_median_with_its_length(tmp_path):
    train = [*TRAIN, "and " * 400]
    found = only(findings(tmp_path, train=train))
    assert (found.kind, found.severity) == ("long document", WARN)
    assert found.places == Occurrences(1, [f"{lines(tmp_path, 'train', 4)[0]} (400 tokens)"])
    assert findings(tmp_path, limits(long_document=40), train=train) == []


def test_what_stops_the_run_comes_first(tmp_path):
    train = [*TRAIN, "She met [Ivan,](PERSON) who left."]
    found = findings(tmp_path, train=train, test=TRAIN[:2])
    assert [finding.severity for finding in found] == [STOP, WARN]


def test_places_are_counted_beyond_those_that_are_named(tmp_path):
    count = NAMED + 5
    train = [*TRAIN, *(f"Number {n} is for [Halloran](ORG)." for n in range(count))]
    found = only(findings(tmp_path, train=train))
    assert (found.places.count, len(found.places.named)) == (count, NAMED)


def run_check(corpus: Path) -> tuple[int, str]:
    """Run the command as project.yml does and return its exit code and output."""
    write_settings(corpus, few_examples=1)
    done = CliRunner().invoke(step.app, [str(corpus), f"--config={CONFIG}"])
    return done.exit_code, done.output


def test_command_ends_well_on_warnings_and_keeps_what_debug_data_says_but_not_its_exit_code(tmp_path):
    train = [*TRAIN, "She met [Ivan,](PERSON) who left."]
    corpus = make_corpus(tmp_path, train=train, dev=DEV, test=TEST)
    code, output = run_check(corpus)
    assert code == 0, output
    kept = (corpus / "debug_data.txt").read_text(encoding="utf8")
    assert "\x1b" not in kept
    assert kept.startswith("spacy debug data ended with code 1\n")  # fewer than a hundred documents
    assert "4 training docs" in kept
    assert "1 evaluation docs" in kept
    assert "Traceback" not in kept
    (finding,) = atomic.read_json(corpus / "check.json")["findings"]
    assert finding["kind"] == "punctuation at an edge"
    assert finding["places"]["count"] == 1
    assert "punctuation at an edge: 1 entity begins or ends with ','" in output
    assert lines(tmp_path, "train", 4)[0] in output


@pytest.mark.slow
def test_debug_data_is_read_whatever_the_encoding_of_the_terminal(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    corpus = make_corpus(tmp_path, train=["The [Höhe](Größe) is ten."], dev=DEV, test=TEST)
    kept = debug_data(corpus, CONFIG, 10)
    assert "Größe" in kept
    assert "Traceback" not in kept


def test_findings_are_shown_before_debug_data_which_is_ended_when_it_takes_too_long(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("scripts.quality.debug_data.PATIENCE", 0.01)
    train = [*TRAIN, "She met [Ivan,](PERSON) who left."]
    corpus = make_corpus(tmp_path, train=train, dev=DEV, test=TEST)
    code, output = run_check(corpus)
    assert code == 0, output
    ended = "spacy debug data was stopped: it took more than 0.01 seconds"
    assert (corpus / "debug_data.txt").read_text(encoding="utf8").startswith(ended)
    said = " ".join(output.split())
    assert ended in said
    assert said.index("punctuation at an edge") < said.index(ended)
    assert f"1 finding; {corpus.as_posix()}/check.json lists the documents" in said


def test_debug_data_is_left_out_where_there_are_very_many_labels(tmp_path):
    count = MOST_LABELS + 1
    train = [f"Number {n} is for [Halloran](LABEL{n})." for n in range(count - 2)]
    corpus = make_corpus(tmp_path, train=train, dev=DEV, test=TEST)  # with PERSON and DATE
    code, output = run_check(corpus)
    assert code == 0, output
    left_out = f"spacy debug data was skipped: the corpus has {count} labels"
    assert (corpus / "debug_data.txt").read_text(encoding="utf8").startswith(left_out)
    assert left_out in " ".join(output.split())


def test_command_fails_when_something_stops_the_run_and_writes_its_report_all_the_same(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(step, "debug_data", lambda *_: "said nothing\n")  # the real one: see above
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=["Not a name in it."])
    code, output = run_check(corpus)
    assert code == 1
    assert "no entities: the test set has no entities" in output
    first, *_ = atomic.read_json(corpus / "check.json")["findings"]
    assert (first["kind"], first["severity"]) == ("no entities", "stop")
    assert (corpus / "debug_data.txt").read_text(encoding="utf8") == "said nothing\n"


def test_group_in_two_splits_is_found_with_its_documents(tmp_path):
    rows = {
        "train": [("Ada left the house early.", "thread 1"), ("Ada saw a red bicycle.", "thread 2")],
        "dev": [("Ada bought four green apples.", "thread 3")],
        "test": [("Ada painted the garden fence.", "thread 1")],
    }
    for split, records in rows.items():
        path = tmp_path / "raw" / f"{split}.jsonl"
        path.parent.mkdir(exist_ok=True)
        marked = [{"text": t, "spans": [[0, 3, "PERSON"]], "group": group} for t, group in records]
        path.write_text("".join(json.dumps(row) + "\n" for row in marked), encoding="utf8")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    settings = corpora.settings()
    convert(inputs(str(tmp_path / "raw"), corpus, config=CONFIG, lang="en"), settings, corpus)
    found = only(check(corpus, blank_pipeline({"lang": "en"}), LIMITS))
    assert (found.kind, found.severity) == ("group in two splits", WARN)
    assert found.message.startswith("group 'thread 1' is in ")
    assert set(found.places.named) == {
        f"{lines(tmp_path, 'train', 1)[0]} (train)",
        f"{lines(tmp_path, 'test', 1)[0]} (test)",
    }


def test_words_that_are_an_entity_in_the_test_set_alone_are_not_shown(tmp_path):
    test = [
        *TEST,
        "[Quillon](PERSON) met [Ivo,](PERSON) her son.",
        "[Quillon](ORG) is a mill.",
        "Quillon, Quillon and Quillon.",
    ]
    found = findings(tmp_path, test=test, train=[*TRAIN, "A mill of [Halloran](ORG)."])
    kinds = {finding.kind: finding for finding in found}
    conflict = kinds["entity with two labels"]
    assert conflict.message == "a name in the test set is labelled ORG once and PERSON once"
    third, second, fourth = lines(tmp_path, "test", 3, 2, 4)
    assert conflict.places == Occurrences(2, [f"{third} (ORG)", f"{second} (PERSON)"])
    missed = kinds["entity left unlabelled"]
    assert missed.message == "a name in the test set is an entity twice and unlabelled 3 times"
    assert missed.places == Occurrences(3, [fourth] * 3)
    assert kinds["punctuation at an edge"].places == Occurrences(1, [second])
    assert not any("Quillon" in str(finding) or "Ivo" in str(finding) for finding in found)


@pytest.mark.parametrize(
    ("open_splits", "key", "severity"),
    [
        (("train", "dev", "test"), None, WARN),
        (("train",), None, WARN),
        (("dev", "test"), None, None),
        (("dev",), "sc", STOP),
        ((), "sc", None),
    ],
)
def test_corpus_that_is_not_exhaustive_teaches_nothing_of_what_is_no_entity(
    tmp_path, open_splits, key, severity
):
    corpus = make_corpus(tmp_path, train=TRAIN, dev=DEV, test=TEST, spans_key=key or "")
    counts = atomic.read_json(corpus / "counts.json")
    assert {split["not_exhaustive"] for split in counts["splits"].values()} == {0}
    for split in open_splits:
        counts["splits"][split]["not_exhaustive"] = counts["splits"][split]["documents"]
    atomic.write_json(corpus / "counts.json", counts)
    found = check(corpus, blank_pipeline({"lang": "en"}), LIMITS, key)
    assert [(finding.kind, finding.severity) for finding in found] == (
        [("not exhaustive", severity)] if severity else []
    )


def test_binary_answers_are_not_exhaustive(tmp_path):
    rows = [
        {
            "text": f"Ada met Bo {n} times.",
            "spans": [{"start": 0, "end": 3, "label": "P"}],
            "answer": "accept",
            "_view_id": "ner",
            "_is_binary": True,
        }
        for n in range(40)
    ]
    (tmp_path / "raw").mkdir()
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "raw/all.jsonl").write_text(text, encoding="utf8")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    settings = corpora.settings(format="prodigy")
    convert(inputs(str(tmp_path / "raw"), corpus, config=CONFIG, lang="en"), settings, corpus)
    found = check(corpus, blank_pipeline({"lang": "en"}), LIMITS)
    assert "not exhaustive" in [finding.kind for finding in found]
