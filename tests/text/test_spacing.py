"""Text without spaces between its words is recognised, and text with them is not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from running import SMALL, Train, one_line, some_text

from w2v.text.spacing import ADVICE, lacks_spaces


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("吾輩は猫である。名前はまだ無い。どこで生れたか頓と見当がつかぬ。", True),
        ("吾輩 は 猫 で ある 。 名前 は まだ 無い 。", False),
        ("ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอนหรือวรรณยุกต์", True),
        ("ภาษาไทย เป็น ภาษา ที่ มี ระดับ เสียง ของ คำ แน่นอน", False),
        ("馬里是西非的內陸國家 首都巴馬科是全國最大的城市", True),
        ("馬里 是 西非 的 內陸 國家", False),
        ("대한민국은 동아시아의 한반도 남부에 자리한 민주공화국이다", False),
        ("The quick brown fox 吾輩は猫である名前はまだ無い and the lazy dog", True),
        ("Donaudampfschifffahrtsgesellschaftskapitän Братья", False),
        ("", False),
    ],
)
def test_long_runs_of_such_letters_are_not_words(text: str, wanted: bool) -> None:
    words = text.replace("。", " ").split()
    assert lacks_spaces(Counter(words).items()) == wanted


def test_a_few_clauses_in_much_other_text_do_not_matter() -> None:
    assert not lacks_spaces([("the", 1000), ("吾輩は猫である名前はまだ無い", 1)])


def test_training_reports_it_for_any_min_count(tmp_path: Path, train: Train) -> None:
    text = tmp_path / "text"
    text.write_text(
        "我国发在所过分用不会产和有能出种到得。\n多时成主于而下而国分会主一而于中后可。\n", "utf-8"
    )
    code, err = train("train", text, "-o", tmp_path / "m")
    one_line(code, err, 1, ADVICE)
    clauses = [
        "我国发在所过分用不会产和有能",
        "多时成主于而下而国分会主一",
        "种生于为于所了生为后要就",
    ]
    text.write_text(" ".join(clauses * 20), "utf-8")
    code, err = train("train", text, "-o", tmp_path / "m", *SMALL)
    assert code == 0, err
    assert err.count(ADVICE + "\n") == 1
    text.write_text(some_text(500))
    code, err = train("train", text, "-o", tmp_path / "m", *SMALL, "--overwrite")
    assert code == 0, err
    assert ADVICE not in err
