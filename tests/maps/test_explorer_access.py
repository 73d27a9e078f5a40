"""The explorer's page for everyone: axe-core, colours, phones, keyboards and screen readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import Opened, from_npm, open_page
from toy_page import OWN, WORDS

from w2v.vectors import questions

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
