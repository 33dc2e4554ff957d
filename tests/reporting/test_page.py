"""The page: its parts, what it says about small test sets, and what it never contains."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from scripts.files import atomic
from scripts.files.terminal import is_seen
from scripts.report import report
from scripts.reporting.page import page
from scripts.reporting.report_data import group_rejects, read_rejects, read_report_data
from scripts.reporting.words import calm
from tests.reporting.runs import document, hostile, make_run, many, of_spans

VOID = {"meta", "link", "br", "img"}


class Tags(HTMLParser):
    """Elements that are open, and how they nest; what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.words.append(data)


def parse(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    tags.close()
    assert tags.open == []
    return tags


def words_of(html: str) -> str:
    return " ".join(" ".join(parse(html).words).split())


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory) -> str:
    return page(read_report_data(*make_run(tmp_path_factory.mktemp("ordinary"), many(), many())))


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("hostile")
    return page(read_report_data(*make_run(folder, hostile(), hostile(), "dev,test")))


def test_sections_come_in_order_with_the_advice_right_after_the_overview(ordinary) -> None:
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", ordinary)
    assert headings == [
        "Overview",
        "What to do next",
        "Scores in detail",
        "Errors",
        "Annotations to check",
        "Training",
        "Data",
        "Versions and settings of this run",
    ]


def test_headings_are_nested_without_a_gap(broken) -> None:
    levels = [int(tag[1]) for tag, _ in parse(broken).seen if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_title_names_the_pipeline_its_version_the_day_of_training_and_the_corpus(tmp_path) -> None:
    html = page(read_report_data(*make_run(tmp_path, many(), many(8)), "en_entities 0.1.0"))
    assert "<title>en_entities 0.1.0: entity recognition report</title>" in html
    assert (
        "Entity recognition report en_entities 0.1.0 Run default · Trained on 2 January 2026 · "
        "Corpus raw/texts.jsonl : 8 training, 8 dev, 40 test documents"
    ) in words_of(html)


def test_overview_has_f_and_the_gain_with_their_margins_and_precision_and_recall(ordinary) -> None:
    words = words_of(ordinary)
    assert re.search(r"F on the test set 85\.7 ± \d\.\d 95% interval \d", words)
    assert "80 entities in 40 independent documents or groups." in words
    assert re.search(r"Gain over a dictionary \+85\.7 ± \d\.\d points 95% interval \+", words)
    assert "The pipeline is better, by more than the margin of error." in words
    assert "Precision and recall 100.0 and 75.0 60 of 60 predictions are right" in words


def test_labels_beyond_the_first_eight_are_folded(tmp_path) -> None:
    texts = [of_spans(f"name{n}", [(0, 5, f"L{n}")], [(0, 5, f"L{n}")], place=f"{n}") for n in range(10)]
    html = page(read_report_data(*make_run(tmp_path, texts, texts)))
    first, folded = html.split('id="next"')[0].split("<summary>2 more labels</summary>")
    assert first.count('<bdi class="foreign">L') == 8
    assert folded.count('<bdi class="foreign">L') == 2


@pytest.mark.parametrize("name", ["ordinary", "broken"])
def test_page_is_well_formed_and_its_ids_are_unique(name, request) -> None:
    tags = parse(request.getfixturevalue(name))
    ids = [attrs["id"] for _, attrs in tags.seen if "id" in attrs]
    assert len(ids) == len(set(ids))
    known = set(ids)
    for _, attrs in tags.seen:
        for reference in (attrs.get("aria-labelledby") or "").split():
            assert reference in known
        if (attrs.get("href") or "").startswith("#"):
            assert attrs["href"][1:] in known


@pytest.mark.parametrize("name", ["ordinary", "broken"])
def test_page_names_no_address_but_its_own_parts(name, request) -> None:
    html = request.getfixturevalue(name)
    tags = parse(html)
    for tag, attrs in tags.seen:
        assert tag not in {"img", "iframe", "object", "embed", "form", "base"}
        assert not {"src", "action", "srcset", "background"} & set(attrs)
        assert (attrs.get("href") or "#").startswith(("#", "data:,"))
        assert not any(attribute.startswith("on") for attribute in attrs)
    assert "url(" not in html.split("</style>")[0]
    assert "@import" not in html


def test_policy_allows_the_one_script_by_its_hash_and_no_network(broken) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', broken)[1]
    script = re.findall(r"<script>(.*?)</script>", broken, re.S)
    assert len(script) == 1
    hashed = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{hashed}'" in policy


def test_every_table_has_headings_and_every_scrolling_box_a_name(ordinary) -> None:
    tags = parse(ordinary).seen
    for tag, attrs in tags:
        if "wide" in (attrs.get("class") or "").split():
            assert attrs["role"] == "region"
            assert attrs["tabindex"] == "0"
            assert attrs["aria-label"]
        if tag == "th":
            assert attrs.get("scope") in {"row", "col"}
        if tag == "svg" and attrs.get("class", "").startswith("plot"):
            assert attrs["role"] == "img"


def test_texts_and_labels_stay_words(broken) -> None:
    words = "".join(parse(broken).words)
    assert "<script>document.title=1</script>" in words
    assert "{{ 7*7 }}" in words
    assert "<b>{x}" in words


def test_characters_that_html_forbids_are_replaced(broken) -> None:
    assert "\x00" not in broken
    assert r"a\x00b" in broken


def test_file_that_was_not_read_is_named_with_the_reason(tmp_path) -> None:
    data = read_report_data(*make_run(tmp_path, many(), many()))
    assert data.conversion
    data.conversion["skipped_files"]["notes.jsonl"] = "it is empty"
    html = page(data)
    assert re.search("Not read: .*notes.jsonl.*, .*it is empty", html)
    assert "every span of the files that were read is in the corpus" in html


def test_characters_that_can_not_be_seen_are_escapes_on_the_page(broken) -> None:
    """In texts, labels, places, plots, attributes and filters alike."""
    assert not [c for c in set(broken) - {"\n", "\t"} if not is_seen(c)]
    words = "".join(parse(broken).words)
    assert r"\u202eשלום עולם\u202c مرحبا" in words
    assert r"\u202eשם" in words  # a label
    assert r"c\u2028d" in words


def test_errors_of_test_are_shown_apart_and_announced(broken, ordinary) -> None:
    assert "The errors in this test set have been read." in broken
    assert '<section id="test-errors"' in broken
    assert "looked at" not in ordinary
    assert "test-errors" not in ordinary


def test_errors_that_were_looked_at_once_are_announced_without_examples(tmp_path) -> None:
    run, corpus = make_run(tmp_path, many(), many())
    analysis = atomic.read_json(run / "analysis.json")
    atomic.write_json(run / "analysis.json", {**analysis, "test_errors_shown": True})
    html = page(read_report_data(run, corpus))
    assert "The errors in this test set have been read." in html
    assert 'id="test-errors"' not in html


def test_no_text_of_test_is_on_the_page_unless_it_was_asked_for(tmp_path) -> None:
    secret = [document("[Zebediah](PERSON) left.", [], place=f"line {n}") for n in range(3)]
    assert "Zebediah" not in page(read_report_data(*make_run(tmp_path, [*many(), *secret], many())))


def test_small_test_set_says_too_few_and_gives_no_result(tmp_path) -> None:
    html = page(read_report_data(*make_run(tmp_path, many(8), many(8))))
    words = words_of(html)
    assert "too few" in words
    assert "F on the test set 85.7 too few to judge" in words
    assert "With fewer than 30 of either, there is no interval." in words
    assert "margin of error" not in words
    assert "95% interval" not in words.replace("Thin line: 95% interval", "")
    assert 'class="interval" x1' not in html  # in a plot
    assert "There is too little data to say which is better." in words


def test_number_that_is_shown_is_the_one_that_the_flag_and_the_advice_count(tmp_path) -> None:
    """Of 37 documents, 29 have a mention, by which alone it is too few."""
    empty = [of_spans(f"Nobody came at {n}.", [], [], place=f"none {n}") for n in range(8)]
    run, corpus = make_run(tmp_path, [*many(29), *empty], many())
    told = "in 29 independent documents or groups"
    words = words_of(page(read_report_data(run, corpus)))
    assert f"58 entities {told}. With fewer than 30 of either, there is no interval" in words
    assert "37 independent" not in words
    advice = {row["rule"]: row for row in atomic.read_json(run / "analysis.json")["advice"]}
    assert told in advice["small test set"]["evidence"]
    run, corpus = make_run(tmp_path / "enough", [*many(30), *empty], many())
    assert "too few to judge" not in words_of(page(read_report_data(run, corpus)))
    advice = {row["rule"]: row for row in atomic.read_json(run / "analysis.json")["advice"]}
    assert "small test set" not in advice


def test_test_set_without_mentions_has_no_figures_and_breaks_nothing(tmp_path) -> None:
    nothing = [document("Nobody came.", [], place=f"line {n}") for n in range(40)]
    words = words_of(page(read_report_data(*make_run(tmp_path, nothing, nothing))))
    assert "The test set has no entities, so F is undefined." in words
    assert "The dev set has no errors to show." in words


def test_empty_splits_break_nothing(tmp_path) -> None:
    assert "Overview" in page(read_report_data(*make_run(tmp_path, [], [])))


def test_overlapping_spans_are_shown_and_schemes_left_out(tmp_path) -> None:
    spans = [(0, 18, "ORG"), (14, 18, "GPE")]
    texts = [of_spans("University of Oslo", spans, spans[:1], place="line 1")]
    html = page(read_report_data(*make_run(tmp_path, texts, texts, spans_key="sc")))
    assert "SemEval" not in html
    assert "doc.spans[" in html
    assert html.count("University of ") > 1


def test_million_characters_make_a_small_page(tmp_path) -> None:
    text = "x" * 500_000 + " Ada " + "y" * 500_000
    texts = [of_spans(text, [(0, 500_000, "LONG"), (500_001, 500_004, "PERSON")], [], place="line 1")]
    assert len(page(read_report_data(*make_run(tmp_path, texts, texts)))) < 100_000


def test_mean_of_labels_is_too_few_where_one_of_them_is(tmp_path, ordinary) -> None:
    assert "Mean of labels too few" not in words_of(ordinary)
    rare = [*many(), document("[Rome](CITY) is old.", place="line 99")]
    words = words_of(page(read_report_data(*make_run(tmp_path, rare, many()))))
    assert "CITY 1 too few" in words
    assert "Mean of labels too few" in words
    assert "All labels too few" not in words


def test_number_beside_a_rule_says_what_is_counted(tmp_path) -> None:
    documents = many(10)
    analysis = report(*make_run(tmp_path, documents, documents[:9])).analysis
    words = words_of(page(read_report_data(tmp_path / "training" / "default", tmp_path / "corpus")))
    assert "Small test set 18 entities" in words
    assert analysis["dev"]["scores"]["micro"]["support"] == 18


def test_comparison_with_another_run_is_shown(tmp_path) -> None:
    run, corpus = make_run(tmp_path, many(), many())
    size = {"groups": 94, "support": 300}
    row = {
        **size,
        "f": 0.6,
        "reference_f": 0.5,
        "difference": 0.1,
        "interval": [-0.02, 0.2],
        "p": 0.1,
        "p_holm": 0.2,
    }
    other = {
        "run": "<older>",
        **size,
        "changed_on_dev": None,
        "f": 0.61,
        "reference_f": 0.58,
        "difference": {"f": -0.03, "interval": [0.01, 0.05], "p": 0.01},
        "labels": {
            "GPE": row,
            "NEW": dict.fromkeys(row, None)
            | {**size, "interval": [None, None], "p": 1.0, "p_holm": 1.0},
        },
        "documents": {"better": 3, "worse": 1, "same": 90},
        "conclusion": "The new model is better.",
    }
    atomic.write_json(run / "comparison.json", {"run": "default", "runs": [other]})
    words = words_of(page(read_report_data(run, corpus)))
    assert "Compared with the run <older> −3.0 ± 2.0 points 95% interval +1.0 to +5.0" in words
    assert "The new model is better." in words
    assert "GPE 50.0 60.0 +10.0 −2.0 to +20.0 0.200" in words
    assert "NEW – – – – 1.000" in words
    assert "3 better, 1 worse, 90 the same" in words


def test_findings_of_check_are_a_table_by_kind_with_their_first_places(tmp_path) -> None:
    run, corpus = make_run(tmp_path, many(), many())
    places = {"count": 9, "named": [f"line {n}" for n in range(9)]}
    finding = {"kind": "few examples", "severity": "warn", "message": "<b> has 3", "advice": "more"}
    atomic.write_json(corpus / "check.json", {"findings": [{**finding, "places": places}] * 3})
    words = words_of(page(read_report_data(run, corpus)))
    assert "few examples warning 3 27 more <b> has 3 line 0 ; line 1 <b> has 3 line 0" in words
    assert "line 2" not in words.split("few examples warning")[1].split("Versions")[0]


def test_check_that_has_not_run_is_told_from_one_that_found_nothing(tmp_path) -> None:
    run, corpus = make_run(tmp_path, many(), many())
    assert "The step check has not run" in page(read_report_data(run, corpus))
    atomic.write_json(corpus / "check.json", {"findings": []})
    assert "Check found nothing." in page(read_report_data(run, corpus))


def test_records_files_and_spans_add_up_and_zeros_are_left_out(tmp_path) -> None:
    run, corpus = make_run(tmp_path, many(), many())
    conversion = atomic.read_json(corpus / "conversion.json")
    counts = {"read": 1200, "accepted": 1192, "ignored": 0, "rejected": 2, "merged": 8}
    spans = {"read": 30, "kept": 20, "misaligned": 0, "not_found": 2, "trimmed": 3, "adjusted": 0}
    conversion |= {
        "records": {**counts, "pieces": 2},
        "spans": {**spans, "out_of_text": 0, "excluded": 8},
        "excluded": {"repeated <row>": 8},
        "files": {"raw/texts.jsonl": {"format": "jsonl", **counts}},
    }
    atomic.write_json(corpus / "conversion.json", conversion)
    words = words_of(page(read_report_data(run, corpus)))
    assert (
        "Records: 1,200 read (+ 2 pieces of long texts) = 1,192 accepted + 8 merged + 2 rejected. "
        "Spans: 30 read = 20 kept (3 trimmed) + 2 not found + 8 excluded."
    ) in words
    assert "File Format Read Accepted Merged Rejected raw/texts.jsonl jsonl 1,200 1,192 8 2" in words
    assert "Spans excluded: repeated <row> 8." in words


def test_rejects_are_counted_by_reason_with_the_first_three() -> None:
    rows = [
        {
            "what": "span",
            "file": "a.jsonl",
            "place": f"line {n}",
            "mention": f"word {n}",
            "outcome": "misaligned",
            "reason": f"it cuts through a token; now 'the {n} words'",
            "hint": "expand",
        }
        for n in range(5)
    ]
    rows.append(
        {"what": "record", "file": "a", "place": "", "record": "x" * 999, "reason": "empty", "hint": ""}
    )
    first, second = group_rejects(rows)
    assert (first.what, first.count, len(first.first)) == ("span, misaligned", 5, 3)
    assert first.first[0] == {"place": "a.jsonl, line 0", "words": "word 0"}
    assert second.first[0]["words"] == "x" * 199 + "…"


def reject(number: int, word: str, **about: str) -> dict[str, str]:
    reason = f"offset {number} is beyond the text's {number - 8} units, in {word!r}"
    row = {"what": "span", "file": "a", "place": "", "mention": word, "outcome": "out_of_text"}
    return {**row, "reason": reason, "hint": "", **about}


def test_reason_of_rejects_is_that_of_the_first_in_full() -> None:
    (found,) = group_rejects([reject(120, "Ada"), reject(99, "Bo")])
    assert found.what == "span, out of text"
    assert found.reason == "offset 120 is beyond the text's 112 units, in 'Ada'"


def test_reason_of_a_reject_of_test_hides_only_what_it_quotes() -> None:
    hidden, shown = reject(120, "Ada", split="test"), reject(99, "Bo", split="dev")
    (found,) = group_rejects([hidden])
    assert found.reason == "offset 120 is beyond the text's 112 units, in …"
    (found,) = group_rejects([hidden, shown, reject(50, "Cleo")])
    assert (found.reason, found.count) == ("offset 99 is beyond the text's 91 units, in 'Bo'", 3)


def test_corpus_without_a_list_of_rejects_has_none() -> None:
    assert read_rejects(Path("nowhere/rejected.jsonl")) == []


def test_versions_and_hashes_are_shown_and_no_time_of_day(ordinary) -> None:
    words = words_of(ordinary)
    assert "Commit 0123456789abcdef" in words
    assert "spacy 3.8.18" in words
    assert f"Config {'c' * 64}" in words
    assert "attrs" not in words
    assert "03:04" not in ordinary
    assert "12.5" not in words.split("Versions and settings")[-1]


def test_piles_of_combining_marks_are_flattened_and_real_ones_kept() -> None:
    assert calm("Z" + "\u0301" * 30 + "a") == "Z" + "\u0301" * 4 + "a"
    assert calm("Việt e\u0323\u0302") == "Việt e\u0323\u0302"
