"""The explorer's map in a real Chromium: mouse, keys, labels, the list, and its address."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Opened, open_page
from toy_page import WORDS

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


def test_a_group_is_lit(opened: Opened) -> None:
    button = opened.page.locator(".group").nth(2)
    button.click()
    assert opened.page.evaluate("explorer.atlas.group") == 2
    assert opened.page.locator(".group").nth(2).get_attribute("aria-pressed") == "true"
    opened.page.locator(".group").nth(2).click()
    assert opened.page.evaluate("explorer.atlas.group") == -1
