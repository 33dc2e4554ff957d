"""The endpoints of a real server: answers, limits, odd bodies, names of hosts, logs without texts."""

import json
import logging
import threading
import time

import httpx
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from tests.pipelines import scores
from tests.serving.running import SETTINGS, fixed_entities, running

TEXT = "In May 🚲 Ada\u0301 left; Ada Okafor stayed."
JSON = {"content-type": "application/json"}


def post(client, body, path="/v1/entities"):
    return client.post(path, json=body)


def test_entities_of_a_text_have_offsets_in_code_points_and_no_score_unless_there_is_one(client):
    answer = post(client, {"text": TEXT})
    assert answer.status_code == 200
    found = answer.json()["entities"]
    assert [each["label"] for each in found] == ["DATE", "PERSON", "PERSON"]
    assert all(TEXT[each["start"] : each["end"]] == each["text"] for each in found)
    assert all(set(each) == {"text", "label", "start", "end"} for each in found)


def test_batch_has_a_result_for_each_text_in_order(client):
    answer = post(client, {"texts": ["Ada", "", "in May"]}, "/v1/entities/batch")
    labels = [[each["label"] for each in row["entities"]] for row in answer.json()["results"]]
    assert labels == [["PERSON"], [], ["DATE"]]
    assert post(client, {"texts": []}, "/v1/entities/batch").json() == {"results": []}


def test_about_says_what_is_served_and_health_that_it_runs(client):
    about = client.get("/v1/about").json()
    assert about["name"] == "en_pipeline"
    assert about["labels"] == ["DATE", "ORG", "PERSON"]
    assert about["offsets"] == "code points"
    assert about["limits"] == {key: SETTINGS[key] for key in about["limits"]}
    assert client.get("/v1/health").json() == {"status": "ok"}


def test_schema_names_the_limits_and_there_is_no_page_that_loads_from_elsewhere(client):
    schema = json.dumps(client.get("/openapi.json").json())
    assert '"maxLength": 200' in schema
    assert '"maxItems": 5' in schema
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/v1/entities", {"text": "x" * 201}, "body.text: String should have at most 200 characters"),
        ("/v1/entities/batch", {"texts": ["a"] * 6}, "List should have at most 5 items"),
        ("/v1/entities/batch", {"texts": ["a", "x" * 201]}, "body.texts.1: String should have at most"),
    ],
)
def test_text_that_is_too_long_or_a_batch_that_is_too_large_is_refused_with_422(
    client, path, body, said
):
    answer = post(client, body, path)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert "xx" not in answer.text


def test_text_with_too_many_signs_without_a_space_is_refused():
    text = "Ada left " + 11 * "(" + " in May"
    with running(fixed_entities(), max_signs=10) as limited:
        for body, path in (({"text": text}, "/v1/entities"), ({"texts": [text]}, "/v1/entities/batch")):
            answer = post(limited, body, path)
            assert answer.status_code == 422
            said = answer.json()["detail"].partition(": ")[2]
            assert said == "Text should have at most 10 signs without a space between them (max_signs)"
            assert "((" not in answer.text
        for taken in (text.replace("(((", "(("), 100 * "a", text.replace("((", "( ")):
            assert post(limited, {"text": taken}).status_code == 200


def test_pipeline_with_another_tokenizer_has_no_limit_of_signs():
    nlp = spacy.blank("zh")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "\u4eba"}])
    with running(nlp, max_signs=10) as client:
        assert client.get("/v1/about").json()["limits"]["max_signs"] is None
        assert post(client, {"text": 20 * "("}).status_code == 200


def chunks():
    for _ in range(5):
        yield b"x" * 1000


@pytest.mark.parametrize("content", [b"x" * 4001, chunks], ids=["with its length", "in chunks"])
def test_body_with_too_many_bytes_is_refused_with_413(client, content):
    sent = content() if callable(content) else content
    answer = client.post("/v1/entities", content=sent, headers=JSON)
    assert answer.status_code == 413
    assert answer.json() == {"detail": "The body has more than 4,000 bytes; send less at a time"}
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"NaN",
        b'{"text": null}',
        b'{"text": 1}',
        b'{"text": ["a"]}',
        b'{"text": {"text": "a"}}',
        b'{"texts": ["a"]}',
        b'{"text": "\\ud800 half of a pair"}',
        b'{"text": "\xff"}',
        b"[" * 2000,
        b"text=Ada",
        "{'text': 'Ada'}".encode("utf-16"),
    ],
    ids=repr,
)
def test_odd_body_is_refused_in_words_and_the_next_request_is_answered(client, body):
    answer = client.post("/v1/entities", content=body, headers=JSON)
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]
    assert post(client, {"text": "Ada"}).status_code == 200


def test_body_without_the_header_of_json_is_refused_with_what_to_send(client):
    answer = client.post("/v1/entities", content=b"Ada", headers={"content-type": "text/plain"})
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith("send JSON, with the header Content-Type: application/json")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00\x1b[31m\u202e",
        "\U0001f469\u200d\U0001f467" * 20,
        "a" * 200,
        "<b>Ada</b>",
        "ﷺ" * 50,
    ],
)
def test_odd_text_is_read_all_the_same(client, text):
    answer = post(client, {"text": text})
    assert answer.status_code == 200
    assert all(text[e["start"] : e["end"]] == e["text"] for e in answer.json()["entities"])


def test_body_that_is_not_said_to_be_json_is_refused_so_that_no_form_elsewhere_can_send_it(client):
    for headers in ({"content-type": "text/plain"}, {}):
        sent = client.post("/v1/entities", content=b'{"text": "Ada"}', headers=headers)
        assert sent.status_code == 422


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1", 200), ("LOCALHOST:80", 200), ("[::1]:1", 200), ("evil.test", 400)]
)
def test_only_names_of_this_computer_are_answered(client, host, status):
    answer = client.get("/v1/health", headers={"host": host})
    assert answer.status_code == status
    assert "application/json" in answer.headers["content-type"]


def test_page_that_is_not_there_and_method_that_is_not_known_are_errors_in_json(client):
    assert client.get("/nothing").json() == {"detail": "Not Found"}
    assert client.put("/v1/entities", json={"text": "a"}).status_code == 405


@Language.component("tests_halting")
def halting(doc: Doc) -> Doc:
    """Fail, or take long, if a text says so."""
    if "fail" in doc.text:
        raise RuntimeError(f"secret: {doc.text}")
    if "sleep" in doc.text:
        time.sleep(0.5)
    return doc


def odd_pipeline() -> Language:
    nlp = fixed_entities()
    nlp.add_pipe("tests_halting")
    return nlp


def test_more_requests_than_may_be_in_work_are_refused_with_429_and_the_others_answered():
    with running(odd_pipeline(), max_requests=2) as client:
        answers: list[httpx.Response] = []
        ask = lambda: answers.append(post(client, {"text": "sleep Ada"}))  # noqa: E731
        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [200, 200, 429, 429, 429, 429]
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.headers["retry-after"] == "1"
        assert "2 other requests are in work" in refused.json()["detail"]
        assert post(client, {"text": "Ada"}).status_code == 200


def test_request_that_takes_too_long_is_answered_with_503():
    with running(odd_pipeline(), time_limit=0.2) as client:
        answer = post(client, {"text": "sleep"})
        assert answer.status_code == 503
        assert answer.json()["detail"].startswith("The request took more than 0.2 seconds")


def test_text_on_which_the_pipeline_fails_fails_alone_and_is_in_no_log(caplog):
    with running(odd_pipeline()) as client, caplog.at_level(logging.DEBUG):
        answers: dict[str, httpx.Response] = {}
        ask = lambda text: answers.update({text: post(client, {"text": text})})  # noqa: E731
        threads = [threading.Thread(target=ask, args=(text,)) for text in ("sleep", "fail", "Ada")]
        for thread in threads:  # the first one keeps the others waiting, so that they are read together
            thread.start()
            time.sleep(0.05)
        for thread in threads:
            thread.join()
    assert answers["fail"].status_code == 500
    assert answers["fail"].json() == {"detail": "The pipeline failed on the texts of this request"}
    assert answers["Ada"].json()["entities"]
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


def test_scores_are_in_the_answer_where_the_pipeline_has_them(client):
    with scores(getter=lambda span: 0.25 if span.label_ == "DATE" else None):
        found = post(client, {"text": "In May Ada left."}).json()["entities"]
    assert [each.get("score") for each in found] == [0.25, None]


def test_words_that_are_new_leave_nothing_in_the_vocabulary():
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "Ada"}])
    with running(nlp) as client:
        post(client, {"text": "Ada"})
        before = len(nlp.vocab.strings)
        for number in range(20):
            post(client, {"text": f"Ada met new{number}word and other{number}s."})
        assert len(nlp.vocab.strings) == before


def test_many_faults_of_a_body_are_shortened():
    from scripts.serving.application import faults

    errors = [{"loc": ("body", "texts", n), "msg": "Wrong"} for n in range(5)]
    shown = "body.texts.0: Wrong; body.texts.1: Wrong; body.texts.2: Wrong; and 2 more"
    assert faults(errors) == shown
