from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kerastl.backbones.hub.windows import windows


@given(st.lists(st.integers(0, 12)), st.integers(1, 10))
def test_every_word_is_answered_once_by_a_window_that_holds_it(lengths, room):
    answered = []
    for window in windows(lengths, room):
        assert window.first <= window.answers_from <= window.answers_until <= window.stop
        held = lengths[window.first : window.stop]
        assert sum(min(each, room) for each in held) <= room
        answered += range(window.answers_from, window.answers_until)
    assert answered == list(range(len(lengths)))


def test_a_text_that_fits_is_one_window():
    (only,) = windows([1, 2, 3], 6)
    assert (only.first, only.stop, only.answers_from, only.answers_until) == (0, 3, 0, 3)


def test_words_have_neighbours_around_them():
    made = windows([1] * 40, 8)
    for before, window in pairwise(made):
        assert before.stop - window.first >= 4
        assert window.answers_from - window.first >= 2
        assert before.stop - before.answers_until >= 2


def test_a_word_longer_than_the_room_stands_alone():
    assert [(w.first, w.stop) for w in windows([1, 9, 1], 4)] == [(0, 1), (1, 2), (2, 3)]
