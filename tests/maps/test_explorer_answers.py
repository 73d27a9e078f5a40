"""The explorer's page in a real Chromium: its answers against w2v's own."""

from __future__ import annotations

import numpy as np
import pytest
from browser import Opened
from toy_page import FILL, NASTY, NEWER, OWN, ROWS, ROYAL, SCRIPTS, STEERING, WORDS, assert_answers

from w2v.arrays import unit_rows
from w2v.maps.explorer import quantized
from w2v.vectors import questions
from w2v.vectors.embedding import Embedding
from w2v.vectors.expression import parse_terms

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
