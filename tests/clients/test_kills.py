"""A few of the kills that `./test --kills` makes."""

from kills import measure


def test_a_loop_that_was_killed_at_four_places_ends_in_the_same_state():
    assert measure(kills=4, jobs=2) == ({}, 4)
