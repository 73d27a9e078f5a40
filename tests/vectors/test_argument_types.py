"""Arguments of a wrong type get a TypeError that says what to pass."""

import re

import numpy as np
import pytest

import w2v


@pytest.fixture(scope="module")
def vectors():
    return w2v.WordVectors(list("abcd"), np.eye(4, dtype=np.float32), np.ones(4, np.int64))


MISTAKES = {
    "a word must be a string, not a list": [
        lambda v: v.similarity(["a"], ["b"]),
        lambda v: v.analogy(["a", "b", "c"]),
        lambda v: v.get(["a"]),
    ],
    "a word must be a string, not an int": [
        lambda v: v.similarity(1, 2),
        lambda v: v.analogy(1, 2, 3),
        lambda v: v.odd_one_out([1, 2, 3]),
        lambda v: v.index(1),
        lambda v: v.composed([1]),
    ],
    "a word must be a string, not None": [lambda v: v.get(None)],
    "a word must be a string, not int": [lambda v: w2v.WordVectors([1, 2, 3, 4], v.matrix)],
    "pass a list of words, not the single word 'abc'": [
        lambda v: v.odd_one_out("abc"),
        lambda v: v.similarity_matrix("abc"),
        lambda v: v.similarity_matrix(["a"], "abc"),
        lambda v: v.indices("abc"),
    ],
    "pass a list of words, not an int": [lambda v: v.similarity_matrix(1)],
    "pass a word, a vector, or a list of words, not an int": [lambda v: v.neighbors(3)],
    "pass a word, a vector, or a list of words, not None": [lambda v: v.neighbors(None)],
    "a query is a word or a vector of numbers, not a list": [lambda v: v.neighbors([["a"]])],
    "a query is a word or a vector of numbers, not a dict": [lambda v: v.neighbors([{}])],
    "top must be a whole number, not '5'": [lambda v: v.neighbors("a", top="5")],
    "top must be a whole number, not 2.5": [lambda v: v.analogy("a", "b", "c", top=2.5)],
    "restrict_vocab must be a whole number, not 'x'": [
        lambda v: v.neighbors("a", restrict_vocab="x"),
        lambda v: v.clusters(2, restrict_vocab="x"),
    ],
    "k must be a whole number, not 2.0": [lambda v: v.clusters(2.0)],
    "pass vectors, as w2v.load returns them, not a str": [
        lambda v: w2v.evaluate("model.w2v", "questions.txt"),
        lambda v: w2v.align(v, "model.w2v"),
        lambda v: w2v.align("model.w2v", v),
    ],
    "a text must be a string, not bytes": [lambda v: v.embed([b"a"])],
    "pass a list of texts, not an int": [lambda v: v.embed(3)],
    "a text must be a string, not an int": [lambda v: v.embed([1])],
    "pass a list of texts, not the single text 'a b'": [lambda v: v.common_component("a b")],
}


@pytest.mark.parametrize(
    ("message", "mistake"),
    [(message, mistake) for message, mistakes in MISTAKES.items() for mistake in mistakes],
)
def test_a_wrong_type_is_named_with_what_to_pass(vectors, message, mistake):
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        mistake(vectors)


def test_numpys_integers_and_strings_are_taken(vectors):
    assert vectors.neighbors(np.str_("a"), top=np.int64(1), restrict_vocab=np.int32(0))
    assert len(vectors.clusters(np.int64(2)).sizes) == 2


def test_an_array_of_words_is_a_list_of_words(vectors):
    of_list = vectors.neighbors(["a", "b"], top=1)
    assert vectors.neighbors(np.array(["a", "b"]), top=1) == of_list
    assert vectors.neighbors(np.array(["a", "b"], object), top=1) == of_list


def test_a_matrix_may_be_nested_lists():
    vectors = w2v.WordVectors(["a", "b"], [[1, 0], [0, 1]])
    assert vectors.matrix.dtype == np.float32
    assert vectors.similarity("a", "b") == 0


def test_a_limit_is_a_number_of_rows(tmp_path, vectors):
    vectors.save(tmp_path / "v.txt")
    with pytest.raises(w2v.UsageError, match=r"^limit must be 0 or more, not -1$"):
        w2v.load(tmp_path / "v.txt", limit=-1)
