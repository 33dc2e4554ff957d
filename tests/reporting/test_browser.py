"""The page in a real browser: silent, without a request, usable by keyboard, legible in both themes.

Skipped where no Chromium or no `playwright` can be had.
"""

import shutil
from collections.abc import Iterator

import pytest

from scripts.files.terminal import is_seen
from scripts.report import report
from tests.reporting.runs import hostile, make_run, many, of_spans

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path")

PAGES = ("ordinary", "hostile", "fifty")
WIDTHS = (360, 768, 1440)
THEMES = ("light", "dark")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# Pieces of text with the rectangles that they fill, less a part of their height: lines may touch.
RECTANGLES = """
() => {
  const found = [];
  const edges = new Map(); // where each element cuts off what it holds
  const edge = (up) => {
    if (!edges.has(up)) {
      const cuts = !up.namespaceURI.endsWith("svg") && getComputedStyle(up).overflow !== "visible";
      edges.set(up, cuts ? up.getBoundingClientRect() : null);
    }
    return edges.get(up);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("script, style, option, title, desc, .unseen")) continue;
    if (!parent.checkVisibility({ contentVisibilityAuto: true })) continue; // folded
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const part = { left: box.left, right: box.right, top: box.top, bottom: box.bottom };
      for (let up = parent; up; up = up.parentElement) {
        const box = edge(up);
        if (!box) continue;
        part.left = Math.max(part.left, box.left);
        part.right = Math.min(part.right, box.right);
        part.top = Math.max(part.top, box.top);
        part.bottom = Math.min(part.bottom, box.bottom);
      }
      const cut = (part.bottom - part.top) * 0.25;
      part.top += cut;
      part.bottom -= cut;
      if (part.right - part.left > 1 && part.bottom - part.top > 1 && part.right > 0) {
        found.push({ ...part, text: node.data.trim().slice(0, 40) });
      }
    }
  }
  return found;
}
"""

CONTRASTS = """
() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) =>
    [r, g, b]
      .map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const found = [];
  for (const element of document.body.querySelectorAll("*")) {
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!words || !element.checkVisibility()) continue;
    if (element.closest("script, style, title, desc")) continue;
    const style = getComputedStyle(element);
    const ink = parse(element.namespaceURI.endsWith("svg") ? style.fill : style.color);
    let paper = [0, 0, 0, 0];
    for (let up = element; up; up = up.parentElement) {
      paper = parse(getComputedStyle(up).backgroundColor);
      if (paper[3] === undefined || paper[3] > 0) break;
    }
    const [one, two] = [light(ink), light(paper)].sort((a, b) => b - a);
    found.push([(one + 0.05) / (two + 0.05), element.tagName, element.className.toString()]);
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with playwright.sync_playwright() as running:
        try:
            launched = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        except playwright.Error as error:
            pytest.skip(f"Chromium does not start: {str(error).splitlines()[0]}")
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def addresses(tmp_path_factory) -> dict[str, str]:
    """The pages, by name, as addresses of files."""
    fifty = [
        of_spans(
            f"Here is name{n} again.",
            [(8, 14, label(n))],
            [(8, 14, label(n + (n % 3 == 0)))],
            place=f"{n}",
        )
        for n in range(150)
    ]
    runs = {
        "ordinary": (many(), many()),
        "hostile": (hostile(), hostile(), "dev,test"),
        "fifty": (fifty, fifty),
    }
    found = {}
    for name, arguments in runs.items():
        run, corpus = make_run(tmp_path_factory.mktemp(name), *arguments)
        report(run, corpus)
        found[name] = (run / "report.html").as_uri()
    return found


def label(number: int) -> str:
    """Return one of fifty labels of different lengths."""
    return f"{'LONG_LABEL_' * (number % 3)}NUMBER-{number % 50:02}"


@pytest.fixture
def opened(browser, addresses):
    """Open a page; afterwards, demand that it said nothing, asked for nothing and opened no dialog."""
    contexts, noise = [], []

    def open_page(name: str, width: int = 768, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: noise.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: noise.append(f"error: {error}"))
        page.on("dialog", lambda dialog: noise.append("dialog") or dialog.dismiss())
        page.on("request", lambda request: noise.append(request.url))
        page.goto(addresses[name])
        noise.remove(addresses[name])
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert noise == []


def collisions(rectangles: list[dict]) -> list[tuple[str, str]]:
    """Return pieces of text that cover one another."""
    found = []
    rows = sorted(rectangles, key=lambda box: box["top"])
    for at, box in enumerate(rows):
        for other in rows[at + 1 :]:
            if other["top"] >= box["bottom"] - 1:
                break
            if min(box["right"], other["right"]) - max(box["left"], other["left"]) > 1:
                found.append((box["text"], other["text"]))
    return found


def unfold(page) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")


def shown(page, selector: str = "#dev-examples article") -> int:
    return page.locator(f"{selector}:visible").count()


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_page_fits_its_window_and_no_text_covers_another(opened, name, width):
    page = opened(name, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert collisions(page.evaluate(RECTANGLES)) == []
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert collisions(page.evaluate(RECTANGLES)) == []


@pytest.mark.parametrize("name", ["ordinary", "hostile"])
@pytest.mark.parametrize("theme", THEMES)
def test_every_text_stands_out_from_its_background(opened, name, theme):
    page = opened(name, color_scheme=theme)
    unfold(page)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"
    assert dark == (theme == "dark")
    weak = [row for row in page.evaluate(CONTRASTS) if row[0] < 4.5]
    assert weak == []


def test_collisions_and_contrast_are_noticed(opened):
    page = opened("ordinary")
    page.evaluate("document.querySelector('h1').style.marginBottom = '-2rem'")
    assert collisions(page.evaluate(RECTANGLES))
    page.evaluate("document.querySelector('h1').style.color = '#ddd'")
    assert min(page.evaluate(CONTRASTS))[0] < 2


def test_first_screen_has_headline_bars_and_the_first_thing_to_do(opened):
    page = opened("ordinary", 1440)
    for selector in ("h1", ".headlines", ".scores tbody tr:last-child", ".advice li .action"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] + box["height"] <= 900, selector
    assert page.locator(".scores").first.bounding_box()["width"] > 0.7 * 1440


@pytest.mark.parametrize("width", WIDTHS)
def test_navigation_stays_visible_and_marks_the_section_that_is_read(opened, width):
    page = opened("ordinary", width)
    page.locator("#data").scroll_into_view_if_needed()
    page.locator("nav a[href='#data']").click()
    page.wait_for_timeout(1000)  # scrolling is smooth
    assert page.locator("nav a[aria-current]").all_inner_texts() == ["Data"]
    box = page.locator("nav a[aria-current]").bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    assert 0 <= box["y"] <= 900
    heading, bar = page.locator("#data-heading").bounding_box(), page.locator("nav").bounding_box()
    assert heading["y"] >= (bar["y"] + bar["height"] if width < 1024 else 0)


def test_page_that_moves_nothing_for_those_who_want_that(opened):
    page = opened("ordinary", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_examples_are_folded_by_class_and_filtered_by_label_with_the_mouse(opened):
    page = opened("hostile")
    assert shown(page) == 0
    page.locator("#dev-examples details[data-kind=missed] summary").click()
    missed = shown(page)
    assert missed > 1
    assert page.locator("#dev-examples article:visible").count() == missed
    page.locator("[data-filters=dev-examples] button").click()
    everything = shown(page)
    assert everything > missed
    page.locator("[data-filters=dev-examples] select").select_option(index=1)
    assert 0 < shown(page) < everything
    status = page.locator("[data-filters=dev-examples] [role=status]")
    assert status.inner_text() == f"{shown(page)} of {everything} examples"
    assert status.get_attribute("aria-live") == "polite"
    assert page.locator("[data-filters=dev-examples] button").inner_text() == "Close all"
    page.locator("[data-filters=dev-examples] button").click()
    assert shown(page) == 0


def test_examples_are_filtered_and_opened_with_the_keyboard_alone(opened):
    page = opened("hostile")
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SELECT":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.type("PERSON")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the button that opens all
    labels = set(page.locator("#dev-examples article:visible h4").all_inner_texts())
    assert labels == {"PERSON"}
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    before = shown(page)
    page.keyboard.press("Enter")
    assert shown(page) < before


def test_filters_of_dev_and_test_work_apart(opened):
    page = opened("hostile")
    unfold(page)
    before = shown(page, "#test-examples article")
    page.locator("[data-filters=dev-examples] select").select_option(index=1)
    assert shown(page) < before
    assert shown(page, "#test-examples article") == before


def test_examples_can_be_read_without_scripts(opened):
    page = opened("ordinary", java_script_enabled=False)
    page.locator("#dev-examples summary").first.click()
    assert shown(page) > 0
    assert not page.locator(".filter").first.is_visible()
    assert not page.locator(".scroll-hint").first.is_visible()


def test_tables_that_are_wider_than_a_phone_say_so(opened):
    page = opened("ordinary", 360)
    hints = {
        box.get_attribute("aria-label"): box.locator("xpath=preceding-sibling::p[1]").is_visible()
        for box in page.locator("main .wide:visible").all()
    }
    assert hints["Classes of errors"]
    assert not hints["Splits"]
    assert not opened("ordinary", 1440).locator(".scroll-hint:visible").count()


@pytest.mark.slow
def test_wide_tables_scroll_in_their_own_box_with_the_keyboard(opened):
    page = opened("fifty")
    unfold(page)
    box = page.locator(".wide:has(.confusion)").first
    box.focus()
    page.keyboard.press("ArrowRight")
    for _ in range(100):  # scrolling is smooth, and the page's policy forbids to wait by a script
        if page.evaluate("document.activeElement.scrollLeft"):
            break
        page.wait_for_timeout(50)
    assert page.evaluate("document.activeElement.scrollLeft") > 0
    first = box.locator("tbody th").first
    assert first.bounding_box()["x"] == pytest.approx(box.bounding_box()["x"], abs=1)


def test_paper_is_light_complete_and_as_wide_as_the_sheet(opened):
    page = opened("hostile", 700, color_scheme="dark")
    page.locator("[data-filters=dev-examples] select").select_option(index=1)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert shown(page) == page.locator("#dev-examples article").count() > 0
    assert not page.locator("nav").is_visible()
    assert not page.locator(".filter").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    assert [row for row in page.evaluate(CONTRASTS) if row[0] < 4.5] == []
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.locator("details[open]").count()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_foreign_texts_and_labels_run_nothing(opened):
    page = opened("hostile")
    assert page.title() == "default: entity recognition report"
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0
    assert "<script>document.title=1</script>" in page.locator("#dev-examples").text_content()


def test_text_written_from_right_to_left_keeps_its_direction(opened):
    page = opened("hostile")
    page.evaluate("document.querySelector('.view').textContent = 'שלום world'")
    direction = "getComputedStyle(document.querySelector('.view')).direction"
    assert page.evaluate(direction) == "rtl"


def test_characters_that_can_not_be_seen_are_shown_as_escapes(opened):
    words = opened("hostile").evaluate("document.documentElement.textContent")
    assert not [character for character in set(words) - {"\n", "\t"} if not is_seen(character)]
    assert r"\u202eשם" in words
