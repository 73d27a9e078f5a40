"""The explorer's page in a real Chromium: its answers against w2v's own, and how it is used."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Opened, from_npm, open_page, running, write_page

from w2v.arrays import Floats, unit_rows
from w2v.maps.explorer import quantized
from w2v.vectors import questions
from w2v.vectors.embedding import Embedding
from w2v.vectors.expression import parse_terms

NASTY = [
    "</script><img/src=x/onerror=alert(1)>",
    "<img src=x onerror=alert(2)>",
    "javascript:alert(3)",
    '"onmouseover="alert(4)',
    "&lt;b&gt;",
    "@SCRIPT@",
    "__proto__",
    "constructor",
    "${alert(5)}",
    "<!--",
    "]]>",
    "=1+1",
]
SCRIPTS = ["שלום", "مرحبا", "王", "東京", "naïve", "кошка", "नमस्ते", "new york", "well-known"]
STEERING = {"esc\x1b[31m": "esc\\u001b[31m", "a\u202eb": "a\\u202eb", "nul\x00": "nul\\u0000"}
ROYAL = ["man", "woman", "king", "queen", "poor", "rich"]
FILL = [f"word{i}" for i in range(300)]
WORDS = [*ROYAL, *NASTY, *SCRIPTS, *STEERING, *FILL]


def toy_rows() -> Floats:
    """A row for each of WORDS: bundles, and a king that is to a man what a queen is to a woman."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(12, 24))
    rows = centres[np.arange(len(WORDS)) % 12] + 0.7 * random.normal(size=(len(WORDS), 24))
    man, royalty, sex = random.normal(size=(3, 24)) * 2
    rows[:4] = [man, man + sex, man + royalty, man + sex + royalty + 0.1]
    rows *= random.uniform(0.1, 10, size=(len(WORDS), 1))
    return rows.astype(np.float32)


ROWS = toy_rows()
OWN = Embedding(WORDS, quantized(ROWS).astype(np.float32))
"""What the page computes with: the vectors as whole numbers."""
NEWER = ROWS.copy()
NEWER[len(WORDS) - 5] = ROWS[3]  # word295 has become a kind of queen


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of one model, and that of two."""
    folder = tmp_path_factory.mktemp("pages")
    return {
        "one": write_page(folder / "one.html", WORDS, ROWS, name="<b>toy</b>"),
        "two": write_page(folder / "two.html", WORDS, ROWS, NEWER),
    }


@pytest.fixture(scope="module")
def window_of_one(browser: Any, files: dict[str, Path]) -> Opened:
    return open_page(browser, files["one"])


@pytest.fixture(scope="module")
def window_of_two(browser: Any, files: dict[str, Path]) -> Opened:
    return open_page(browser, files["two"])


@pytest.fixture
def opened(window_of_one: Opened) -> Iterator[Opened]:
    """The page of one model; no test may make it ask for anything or complain."""
    window_of_one.go()
    yield window_of_one
    window_of_one.assert_no_trouble()


@pytest.fixture
def two(window_of_two: Opened) -> Iterator[Opened]:
    """The page of two models."""
    window_of_two.go()
    yield window_of_two
    window_of_two.assert_no_trouble()


def assert_answers(shown: list[tuple[str, float]], own: list[tuple[str, float]]) -> None:
    """The same words in the same order, words of nearly equal scores aside; the same scores."""
    assert [score for _, score in shown] == pytest.approx([score for _, score in own], abs=0.0051)
    for (word, _), (wanted, score) in zip(shown, own, strict=True):
        if word != STEERING.get(wanted, wanted):
            near = [STEERING.get(one, one) for one, its in own if abs(its - score) < 1e-6]
            assert word in near or score == own[-1][1]


# --- answers ------------------------------------------------------------------------------------


def test_neighbours_are_those_of_the_command(opened: Opened) -> None:
    words = [*ROYAL, "שלום", "王", "new york", "__proto__", *FILL[:40]]
    assert len(words) == 50
    for word, own in zip(words, questions.neighbors(OWN, words), strict=True):
        opened.search(word)
        assert_answers(opened.answers(), own)
        assert opened.text("h2") == word
        assert opened.fragment_now()["q"] == word


def test_more_neighbours_are_shown_when_asked_for(opened: Opened) -> None:
    opened.search("king")
    opened.page.get_by_role("button", name="Show more").click()
    assert_answers(opened.answers(), questions.neighbors(OWN, ["king"], top=40)[0])
    opened.page.get_by_role("button", name="Show fewer").click()
    assert len(opened.answers()) == 10


@pytest.mark.parametrize(
    "typed",
    ["king - man + woman", "king − man + woman", "king man woman", "- man + king + woman"],
)
def test_a_sum_is_answered_and_drawn(typed: str, opened: Opened) -> None:
    opened.search(typed)
    own = questions.neighbors(OWN, [parse_terms(["king - man + woman"])])[0]
    assert own[0][0] == "queen"
    assert_answers(opened.answers(), own)
    arrows = opened.page.evaluate(
        "explorer.atlas.focus.arrows.map(pair => pair.map(row => explorer.model.words[row]))"
    )
    assert arrows == [["man", "king"], ["woman", "queen"]]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("king -", "A word is missing at the end."),
        ("king + - man", "A word is missing before “-”."),
        ("king - king", "These words add up to nothing, which has no neighbours."),
    ],
)
def test_what_is_not_a_sum_is_explained(typed: str, message: str, opened: Opened) -> None:
    opened.search(typed)
    assert opened.text() == message


def test_near_spellings_are_offered_for_unknown_words(opened: Opened) -> None:
    opened.search("kign - man + woman")
    assert f"“kign” is not among the {len(WORDS)} words here." in opened.text()
    opened.page.get_by_role("button", name="king", exact=True).click()
    assert opened.answers()[0][0] == "queen"
    opened.search("kxyzzy")
    assert "Near spellings" not in opened.text()


def test_words_are_completed_by_mouse_and_keys(opened: Opened) -> None:
    field = opened.page.get_by_role("combobox", name="A word, or a sum of words")
    field.press_sequentially("king - wom")
    assert opened.page.locator("[role=option]").all_inner_texts() == ["woman"]
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert opened.text(f"#{active}") == "woman"
    field.press("Enter")
    assert opened.fragment()["q"] == "king - woman"
    assert field.get_attribute("aria-expanded") == "false"
    field.fill("NAIVE")
    opened.page.get_by_role("option", name="naïve").click()
    assert opened.fragment()["q"] == "naïve"


def test_clearing_the_search_field_goes_back_to_the_start(opened: Opened) -> None:
    opened.search("king")
    opened.page.get_by_role("combobox", name="A word, or a sum of words").fill("")
    assert "Groups" in opened.text()
    assert "q" not in opened.fragment()


def test_words_lie_along_axes(opened: Opened) -> None:
    opened.go("view=axes&xa=poor&xb=rich&ya=man,+king&yb=woman,queen")
    units = unit_rows(OWN.matrix)[0].astype(np.float64)
    row = {word: i for i, word in enumerate(WORDS)}
    across = units[row["rich"]] - units[row["poor"]]
    up = units[[row["woman"], row["queen"]]].mean(axis=0)
    up -= units[[row["man"], row["king"]]].mean(axis=0)
    x, y = (units @ (axis / np.linalg.norm(axis)) for axis in (across, up))
    places = np.array(
        opened.page.evaluate("[[...explorer.atlas.points.x], [...explorer.atlas.points.y]]")
    )
    assert places[0] == pytest.approx(0.5 + x / np.abs(x).max() / 2, abs=1e-5)
    assert places[1] == pytest.approx(0.5 - 0.85 * y / np.abs(y).max() / 2, abs=1e-5)
    highest = [WORDS[i] for i in np.argsort(-x)[:8]]
    lowest = [WORDS[i] for i in np.argsort(x)[:8]]
    columns = opened.page.locator(".columns").first
    shown = [columns.locator("section").nth(i).locator(".answer bdi") for i in (0, 1)]
    assert [words.all_text_contents() for words in shown] == [lowest, highest]
    for end, text in ("left", "poor"), ("right", "rich"), ("bottom", "man, king"):
        assert opened.text(f"#end-{end}") == text


def test_some_words_on_an_axis_and_back_on_the_map(opened: Opened) -> None:
    before = opened.page.evaluate("[...explorer.atlas.points.x]")
    opened.go("view=axes&xa=poor&xb=rich&only=king,queen,word7")
    shown = opened.answers()
    assert {word for word, _ in shown} == {"king", "queen", "word7"}
    assert [score for _, score in shown] == sorted(score for _, score in shown)
    opened.page.get_by_role("tab", name="Words").click()
    assert opened.page.evaluate("[...explorer.atlas.points.x]") == before
    assert not opened.page.locator("#end-left").is_visible()


def test_an_axis_needs_two_ends(opened: Opened) -> None:
    opened.go("view=axes&xa=poor")
    assert "An axis needs a word at each end." in opened.text()
    opened.page.get_by_label("Right").fill("poor")
    opened.page.get_by_label("Right").press("Enter")
    assert "Both ends are the same, so that they make no axis." in opened.text()
    opened.page.get_by_label("Right").fill("ritch")
    opened.page.get_by_label("Right").press("Enter")
    opened.page.get_by_role("button", name="rich", exact=True).click()
    assert opened.fragment()["xb"] == "rich"
    assert opened.text("#end-right") == "rich"


def test_the_odd_one_out_is_that_of_the_command(opened: Opened) -> None:
    for words in (["king", "queen", "man", "word7"], FILL[:5], ["word0", "word12", "word13"]):
        opened.go("view=odd&odd=" + ",".join(words))
        own = sorted(questions.closeness(OWN, words), key=lambda pair: -pair[1])
        assert_answers(opened.answers(), own)
        assert opened.text("h2") == questions.odd_one_out(OWN, words)
    opened.page.mouse.click(*opened.place("word0"))
    assert len(opened.answers()) == 2 or "Which word fits" in opened.text()


def test_two_words_are_compared(opened: Opened) -> None:
    opened.go("view=compare&one=king&two=queen")
    lists = questions.neighbors(OWN, ["king", "queen"], top=20)
    shown = opened.answers()
    assert_answers(shown[:20], lists[0])
    assert_answers(shown[20:], lists[1])
    shared = {word for word, _ in lists[0]} & {word for word, _ in lists[1]}
    marked = opened.page.locator(".marked bdi").all_text_contents()
    assert set(marked) == shared
    cosine = questions.similarity(OWN, "king", "queen")
    assert f"Cosine {cosine:.2f}" in opened.text()
    assert f"they share {len(shared) or 'none'}" in opened.text()


# --- the map ------------------------------------------------------------------------------------


def test_a_click_on_the_map_shows_the_word(opened: Opened) -> None:
    opened.page.mouse.click(*opened.place("word17"))
    assert opened.fragment()["q"] == "word17"
    opened.page.mouse.click(*opened.place("word17"))
    assert opened.text("h2") == "word17"


def test_a_lasso_takes_the_words_inside_it(opened: Opened) -> None:
    opened.page.get_by_role("tab", name="List").click()
    opened.page.get_by_role("button", name="Draw around words").click()
    corners = [(600, 200), (1000, 200), (1000, 520), (600, 520)]
    opened.page.mouse.move(*corners[0])
    opened.page.mouse.down()
    for corner in [*corners[1:], corners[0]]:
        opened.page.mouse.move(*corner, steps=4)
    opened.page.mouse.up()
    inside = [
        word
        for word in WORDS
        if 600 < opened.place(word)[0] < 1000 and 200 < opened.place(word)[1] < 520
    ]
    assert 5 < len(inside) < len(WORDS) - 5
    assert opened.text("h2") == f"{len(inside)} words"
    with opened.page.expect_download() as download:
        opened.page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "words.csv"
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["word", "rank", "count"]
    counts = list(range(3 * len(WORDS), 0, -3))
    wanted = [[word, str(i + 1), str(counts[i])] for i, word in enumerate(WORDS)]
    assert rows[1:] == [row for row in wanted if row[0] in inside]
    opened.page.get_by_role("button", name="Clear").click()
    assert opened.page.get_by_role("tab", name="List").inner_text() == "List"


def test_a_list_is_gathered_with_shift_with_clicks_and_from_words(opened: Opened) -> None:
    opened.search("king")
    opened.page.get_by_role("button", name="Add to list").click()
    assert opened.page.get_by_role("tab", name="List (1)").is_visible()
    opened.page.get_by_role("tab", name="List").click()
    opened.page.get_by_role("button", name="Show all").click()
    opened.page.mouse.click(*opened.place("word17"))
    opened.page.get_by_role("button", name="Remove king").click()
    assert opened.fragment()["list"] == "word17"
    x, y = opened.place("word30")
    opened.page.keyboard.down("Shift")
    opened.page.mouse.move(x - 4, y - 4)
    opened.page.mouse.down()
    for right, down in (4, -4), (4, 4), (-4, 4):
        opened.page.mouse.move(x + right, y + down)
    opened.page.mouse.up()
    opened.page.keyboard.up("Shift")
    assert "word30" in opened.fragment()["list"].split(",")


def test_the_list_is_copied(browser: Any, files: dict[str, Path]) -> None:
    opened = open_page(browser, files["one"], permissions=["clipboard-read", "clipboard-write"])
    opened.go("view=list&list=king,queen")
    opened.page.get_by_role("button", name="Copy").click()
    assert opened.page.evaluate("navigator.clipboard.readText()") == "king\nqueen"
    opened.page.context.close()
    opened.assert_no_trouble()


def test_the_map_moves_by_wheel_drag_keys_and_buttons(opened: Opened) -> None:
    camera = "(({ x, y, zoom }) => [x, y, zoom])(explorer.atlas.camera)"
    assert opened.page.evaluate(camera) == [0.5, 0.5, 1]
    before = opened.place("word40")
    opened.page.mouse.move(*before)
    opened.page.mouse.wheel(0, -300)
    opened.page.wait_for_timeout(50)
    assert opened.page.evaluate(camera)[2] > 1.5
    assert opened.place("word40") == pytest.approx(before, abs=0.5)
    opened.page.mouse.down()
    opened.page.mouse.move(before[0] + 60, before[1] + 40, steps=4)
    opened.page.mouse.up()
    wanted = (before[0] + 60, before[1] + 40)
    assert opened.place("word40") == pytest.approx(wanted, abs=12), "less what a click may move"
    opened.page.locator("#canvas").focus()
    for keys, changed in (("0",), [0.5, 0.5, 1]), (("+", "-"), [0.5, 0.5, 1]):
        for key in keys:
            opened.page.keyboard.press(key)
        assert opened.page.evaluate(camera) == pytest.approx(changed)
    opened.page.keyboard.press("ArrowRight")
    assert opened.page.evaluate(camera)[0] > 0.5
    opened.page.get_by_role("button", name="Show all").click()
    opened.page.get_by_role("button", name="Zoom in").click()
    assert opened.page.evaluate(camera) == pytest.approx([0.5, 0.5, 1.8])
    assert opened.fragment()["at"] == "0.500,0.500,1.800"


def test_labels_never_cover_each_other_and_frequent_words_come_first(opened: Opened) -> None:
    for zoom in 1, 2.5, 6:
        opened.set_fragment(f"at=0.5,0.5,{zoom}")
        boxes = opened.page.evaluate(
            """() => {
            const { atlas } = explorer;
            const shown = atlas.labels.map((_, row) => row)
                .filter(row => atlas.camera.scale > atlas.scales[row]);
            return shown.map(row => [...atlas.at(row), atlas.widths[row]]);
        }"""
        )
        x, y, width = np.array(boxes).T
        assert len(boxes) > 8
        clear = np.abs(x[:, None] - x) >= (width[:, None] + width) / 2 - 0.01
        clear |= np.abs(y[:, None] - y) >= 16 - 0.01
        np.fill_diagonal(clear, True)
        assert clear.all()
    assert opened.page.evaluate("explorer.atlas.scales[0] < explorer.atlas.camera.whole")


def test_the_map_is_drawn(opened: Opened) -> None:
    colours = opened.page.evaluate(
        """() => {
        const { canvas } = explorer.atlas;
        const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(pixels.data.buffer)).size;
    }"""
    )
    assert colours > 100


# --- the address --------------------------------------------------------------------------------


def test_a_view_can_be_linked_to_and_left_with_the_back_button(opened: Opened) -> None:
    opened.search("king")
    opened.page.get_by_role("tab", name="Odd one out").click()
    opened.page.get_by_label("Three words or more").fill("king queen word7")
    opened.page.get_by_label("Three words or more").press("Enter")
    fragment = opened.page.evaluate("location.hash")
    shown = opened.text()
    opened.go(fragment[1:])
    assert opened.text() == shown
    opened.set_fragment("q=queen")
    assert opened.text("h2") == "queen"
    opened.page.get_by_role("tab", name="Compare").click()
    opened.page.go_back()
    opened.until("document.querySelector('h2')?.textContent", lambda now: now == "queen")


def test_a_link_includes_the_visible_part_of_the_map(opened: Opened) -> None:
    opened.go("q=king&at=0.300,0.600,4.000")
    at = opened.page.evaluate("(({ x, y, zoom }) => [x, y, zoom])(explorer.atlas.camera)")
    assert at == pytest.approx([0.3, 0.6, 4])


@pytest.mark.parametrize(
    "fragment",
    ["view=nothing", "q=%00%ff", "at=x,y,z", "at=1e999,0,0", "group=99", "t=5", "list=,,", "q=%"],
)
def test_a_link_that_means_nothing_does_no_harm(fragment: str, opened: Opened) -> None:
    opened.go(fragment)
    opened.search("king")
    assert opened.text("h2") == "king"


# --- words of all kinds -------------------------------------------------------------------------


def test_a_word_is_text_wherever_it_is_shown(opened: Opened) -> None:
    assert opened.page.title() == opened.text("h1") == "<b>toy</b>"
    for word in [*NASTY, *SCRIPTS]:
        row = WORDS.index(word)
        opened.page.evaluate("row => explorer.showWord(row)", row)
        assert opened.text("h2") == word
        opened.page.evaluate(
            """word => {
            for (const view of ["odd", "compare", "axes", "list"]) {
                explorer.go({ view, odd: `${word},king,queen`, one: word, two: "king", xa: word,
                    xb: "king", list: word });
            }
        }""",
            word,
        )
        opened.page.evaluate("row => { explorer.list = [row]; explorer.render(); }", row)
        assert opened.page.locator(".removable bdi").all_text_contents() == [word]
        opened.search(word + "x")
        assert opened.page.locator("#panel :is(img, script, b)").count() == 0
        assert opened.page.evaluate("typeof Object.prototype.pwned") == "undefined"


def test_what_would_steer_the_text_is_shown_as_escapes(opened: Opened) -> None:
    for word, shown in STEERING.items():
        opened.page.evaluate("row => explorer.showWord(row)", WORDS.index(word))
        assert opened.text("h2") == shown


def test_words_of_other_directions_keep_their_own(opened: Opened) -> None:
    opened.search("שלום")
    assert opened.page.eval_on_selector("h2", "one => getComputedStyle(one).direction") == "rtl"
    opened.search(questions.neighbors(OWN, ["שלום"])[0][0][0])
    direction = opened.page.eval_on_selector_all(
        ".answer bdi",
        "all => all.filter(one => one.textContent === 'שלום')"
        ".map(one => getComputedStyle(one).unicodeBidi)",
    )
    assert set(direction) <= {"isolate"}


# --- two models ---------------------------------------------------------------------------------


def test_words_that_changed_are_listed_first(two: Opened) -> None:
    two.page.get_by_role("tab", name="Changes").click()
    shown = two.answers()
    assert shown[0][0] == f"word{len(FILL) - 5}"
    old, new = (unit_rows(quantized(rows).astype(np.float32))[0] for rows in (ROWS, NEWER))
    cosine = float(old[len(WORDS) - 5] @ new[len(WORDS) - 5])
    assert shown[0][1] == pytest.approx(cosine, abs=0.0051)
    assert [score for _, score in shown] == sorted(score for _, score in shown)


def test_a_word_has_its_neighbours_in_both_models(two: Opened) -> None:
    word = f"word{len(FILL) - 5}"
    two.search(word)
    newer = Embedding(WORDS, quantized(NEWER).astype(np.float32))
    lists = [questions.neighbors(table, [word])[0] for table in (OWN, newer)]
    shown = two.answers()
    assert_answers(shown[:10], lists[0])
    assert_answers(shown[10:], lists[1])
    assert shown[10][0] in ("queen", "king", "woman")


def test_the_slider_moves_words_from_the_old_to_the_new(two: Opened) -> None:
    where = "[...explorer.atlas.points.x, ...explorer.atlas.points.y]"
    start = np.array(two.page.evaluate(where))
    slider = two.page.get_by_role("slider")
    slider.fill("100")
    end = np.array(two.page.evaluate(where))
    slider.fill("50")
    assert np.array(two.page.evaluate(where)) == pytest.approx((start + end) / 2, abs=1e-6)
    moves = np.hypot(*(end - start).reshape(2, -1))
    assert int(moves.argmax()) == len(WORDS) - 5
    assert np.median(moves) < 1e-3
    assert two.fragment()["t"] == "50"
    two.go("t=100")
    assert np.array(two.page.evaluate(where)) == pytest.approx(end, abs=1e-6)


# --- everyone -----------------------------------------------------------------------------------

VIEWS = [
    "",
    "q=king",
    "q=king+-+man+%2B+woman",
    "q=kign",
    "view=axes&xa=poor&xb=rich&only=king,queen",
    "view=odd&odd=king,queen,word7",
    "view=compare&one=king&two=queen",
    "view=list&list=king,queen",
    "view=changes",
]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_axe_finds_nothing(width: int, scheme: str, browser: Any, files: dict[str, Path]) -> None:
    axe = from_npm("axe-core", "axe.min.js").read_text("utf-8")
    size = {"width": width, "height": 800}
    opened = open_page(browser, files["two"], viewport=size, color_scheme=scheme)
    for fragment in VIEWS:
        opened.set_fragment(fragment or "group=")
        opened.page.evaluate(axe)
        found = opened.page.evaluate(
            "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',"
            " 'best-practice'] })"
        )
        assert found["passes"], "it looked"
        seen = [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]]
        assert seen == [], fragment
    opened.page.context.close()
    opened.assert_no_trouble()


def test_light_and_dark_follow_the_system_until_one_is_chosen(
    browser: Any, files: dict[str, Path]
) -> None:
    opened = open_page(browser, files["one"], color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    sea = "explorer.atlas.painter.colours.sea"
    light = [opened.page.evaluate(one) for one in (paper, sea)]
    opened.page.emulate_media(color_scheme="dark")
    opened.until(sea, lambda now: now != light[1])
    dark = [opened.page.evaluate(one) for one in (paper, sea)]
    assert light[0] != dark[0]
    assert light[1] != dark[1]
    opened.page.get_by_role("button", name="Use light colours").click()
    assert [opened.page.evaluate(one) for one in (paper, sea)] == light
    opened.go()
    assert [opened.page.evaluate(one) for one in (paper, sea)] == light
    opened.page.get_by_role("button", name="Use dark colours").click()
    assert [opened.page.evaluate(one) for one in (paper, sea)] == dark
    opened.page.emulate_media(color_scheme="light")
    opened.until(sea, lambda now: now == light[1])
    assert opened.page.evaluate(paper) == light[0], "it follows again"
    opened.page.context.close()
    opened.assert_no_trouble()


def test_a_phone_shows_all_of_it(browser: Any, files: dict[str, Path]) -> None:
    size = {"width": 375, "height": 800}
    opened = open_page(browser, files["two"], viewport=size, has_touch=True, is_mobile=True)
    for fragment in VIEWS:
        opened.set_fragment(fragment or "group=")
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 375, fragment
        wide = opened.page.eval_on_selector_all(
            "#view *", "all => all.filter(one => one.getBoundingClientRect().right > 376).length"
        )
        assert wide == 0, fragment
    opened.go()
    opened.page.touchscreen.tap(*opened.place("word40"))
    assert "word" in opened.fragment()["q"]
    canvas = opened.page.locator("#canvas").bounding_box()
    panel = opened.page.locator("#panel").bounding_box()
    assert canvas["width"] == panel["width"] == 375
    assert canvas["height"] > 250
    assert panel["height"] > 350
    opened.page.context.close()
    opened.assert_no_trouble()


def test_everything_is_reached_by_keyboard(opened: Opened) -> None:
    press = opened.page.keyboard.press
    press("/")
    opened.page.keyboard.type("king")
    press("Escape")
    press("Enter")
    assert opened.text("h2") == "king"
    focused = "document.activeElement.textContent"
    press("Tab")
    assert opened.page.evaluate(focused) == "Words"
    press("ArrowRight")
    assert opened.page.evaluate(focused) == "Axes"
    assert "make an axis" in opened.text()
    press("ArrowLeft")
    for _ in range(3):
        press("Tab")
    first = opened.answers()[0][0]
    assert opened.page.evaluate(focused).startswith(first)
    assert opened.page.evaluate("explorer.model.words[explorer.atlas.hovered]") == first
    press("Enter")
    assert opened.text("h2") == first
    opened.page.locator("#canvas").focus()
    press("Escape")
    assert "Groups" in opened.text()


def test_screen_readers_are_told_what_happened(opened: Opened) -> None:
    opened.search("king")
    best = questions.neighbors(OWN, ["king"])[0][0][0]
    assert opened.text("#status") == f"10 words, nearest: {best}"
    label = opened.page.locator("#canvas").get_attribute("aria-label")
    assert label.startswith(f"Map of {len(WORDS)} words. Arrow keys move it")


def test_a_group_is_lit(opened: Opened) -> None:
    button = opened.page.locator(".group").nth(2)
    button.click()
    assert opened.page.evaluate("explorer.atlas.group") == 2
    assert opened.page.locator(".group").nth(2).get_attribute("aria-pressed") == "true"
    opened.page.locator(".group").nth(2).click()
    assert opened.page.evaluate("explorer.atlas.group") == -1
