"""Reading level, against texts whose words, sentences and syllables are counted by hand."""

import pytest

from lessons.prose import TYPED_NUMBER, reading_grade, sentence_lengths, words_of


def test_words_and_sentences_are_counted():
    text = "It waits. Why does {server} 3 wait? Nobody knows: it's 10:02!"
    assert len(words_of(text)) == 11
    assert sentence_lengths(text) == [2, 5, 2, 2]


def test_the_grade_is_the_formula_of_kincaid():
    # 6 + 5 words in 2 sentences; the cat sat on the mat: 6 syllables; a dog ran very far: 6 syllables.
    assert reading_grade(["The cat sat on the mat.", "A dog ran very far."]) == pytest.approx(
        0.39 * 11 / 2 + 11.8 * 12 / 11 - 15.59
    )
    assert reading_grade([]) == 0


def test_long_words_in_long_sentences_are_harder():
    easy = "The queue grows. People wait. Then they leave."
    hard = "Considerable utilisation of heterogeneous infrastructure necessitates sophisticated administrative intervention."
    assert reading_grade([easy]) < 4 < 12 < reading_grade([hard])


@pytest.mark.parametrize("text", ["80 ms", "1,234 requests/s", "12.5 %", "3 s", "40 seconds", "2 GB", "500/s"])
def test_a_number_with_a_unit_is_seen(text):
    assert TYPED_NUMBER.search(f"It took {text} then.")


@pytest.mark.parametrize("text", ["at 10:02", "step 3", "{p95} ms", "p95", "three ms", "44, second", "100,000 readers"])
def test_other_numbers_may_stand_there(text):
    assert TYPED_NUMBER.search(f"It was {text} then.") is None
