"""The page in Chromium: silent, without other requests, by keyboard, on a phone, in both themes."""

import json
import re

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Span

from tests.pipelines import update
from tests.reporting.test_browser import ARGUMENTS, CHROMIUM, CONTRASTS, playwright
from tests.serving.running import running

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path")
TEXT = "In May \U0001f6b2\U0001f469\u200d\U0001f467 Ada met <b>Okafor</b>\n of Acme."


def spancat() -> Language:
    """Return a pipeline with `spancat` that marks every word and every two words."""
    nlp = spacy.blank("en")
    suggester = {"@misc": "spacy.ngram_suggester.v1", "sizes": [1, 2]}
    nlp.add_pipe("spancat", config={"threshold": 0.0, "suggester": suggester})
    gold = nlp.make_doc("a b c")
    gold.spans["sc"] = [Span(gold, 0, 2, "ONE")]
    update(nlp, [gold], 1)
    return nlp


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        try:
            launched = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        except playwright.Error as error:
            pytest.skip(f"Chromium does not start: {str(error).splitlines()[0]}")
        yield launched
        launched.close()


@pytest.fixture
def opened(browser, client):
    """Open the page; afterwards, demand that it said nothing and asked nobody else."""
    contexts, noise = [], []
    address = str(client.base_url)

    def open_page(width=1000, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("console", lambda said: noise.append(said.text) if "422" not in said.text else None)
        page.on("request", lambda sent: None if sent.url.startswith(address) else noise.append(sent.url))
        page.goto(address)
        page.wait_for_selector("#about:has-text('finds')")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert noise == []


def find(page, text: str) -> None:
    """Type a text and send it with the keyboard."""
    page.fill("#text", text)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#results:not([hidden])")


def test_entities_are_marked_at_the_right_place_after_emoji_and_beside_markup(opened):
    page = opened()
    find(page, TEXT)
    marks = page.eval_on_selector_all("#view mark", "all => all.map(one => one.firstChild.data)")
    assert marks == ["May", "Ada", "Acme"]  # the tokenizer leaves `<b>Okafor</b>` whole
    words = page.evaluate(
        """() => { const copy = document.getElementById("view").cloneNode(true);
                   for (const name of copy.querySelectorAll(".name")) name.remove();
                   return copy.textContent; }"""
    )
    assert words == TEXT
    assert page.locator("#view b").count() == 0
    assert "entities in" in page.inner_text("#status")


def test_table_and_json_have_the_same_entities_and_the_json_is_copied(opened):
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    find(page, TEXT)
    page.click("#copy")
    page.wait_for_selector("#status:has-text('Copied')")
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert copied["text"] == TEXT
    names = page.locator("#rows th").all_inner_texts()
    assert [TEXT[each["start"] : each["end"]] for each in copied["entities"]] == names
    assert page.locator("#rows td:nth-child(3)").first.inner_text() == "3–6"
    assert not page.locator("th.score").is_visible()


def test_page_is_used_with_the_keyboard_alone_and_shows_where_the_focus_is(opened):
    page = opened()
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.type("Ada left.")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("#view mark")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "copy"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_fits_a_phone_and_every_text_stands_out(opened, theme):
    page = opened(360, color_scheme=theme)
    find(page, f"{TEXT} {'x' * 120}")
    page.evaluate("document.querySelector('details').open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("(box => box.scrollWidth <= box.clientWidth)(document.querySelector('.wide'))")
    assert [row for row in page.evaluate(CONTRASTS) if row[0] < 4.5] == []
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"
    assert dark == (theme == "dark")


def test_text_without_entities_and_no_text_are_told(opened):
    page = opened()
    find(page, "Nobody came.")
    assert page.inner_text("#status").startswith("No entities in")
    page.fill("#text", "  ")
    page.click("#find")
    assert page.inner_text("#status") == "Type or paste a text first."
    assert not page.locator("#results").is_visible()


def test_text_that_is_too_long_is_refused_with_the_reason_of_the_service(opened):
    page = opened()
    page.fill("#text", "x" * 201)
    assert page.inner_text("#length") == "201 of 200 characters"
    page.click("#find")
    page.wait_for_selector("#error:not([hidden])")
    assert "at most 200 characters" in page.inner_text("#error")


def test_spans_that_overlap_are_all_shown_with_their_confidence(browser):
    with running(spancat()) as client:
        page = browser.new_page()
        page.goto(str(client.base_url))
        find(page, "a b c")
        rows = [row.split("\t") for row in page.locator("#rows tr").all_inner_texts()]
        assert [row[0] for row in rows] == ["a b", "a", "b c", "b", "c"]
        assert all(re.fullmatch(r"\d+\.\d%", row[3]) for row in rows)
        assert page.locator("th.score").is_visible()
        shown = page.locator("#view mark").all_inner_texts()
        assert [each.split("ONE")[0] for each in shown] == ["a", " ", "b", " ", "c"]
        assert page.locator("#view .name").count() == len(rows)
        page.close()
