"""The spot check's sample can be drawn again by anyone with the seed and the list."""

from enrollment.sampling import draw_sample, frame_hash

FRAME = [f"R{number:03d}" for number in range(100)]


def test_the_same_seed_draws_the_same_sample():
    assert draw_sample(FRAME, 5, "seed") == draw_sample(reversed(FRAME), 5, "seed")


def test_a_known_sample():
    assert draw_sample(["A", "B", "C", "D"], 2, "1") == ["B", "A"]


def test_another_seed_draws_another_sample():
    assert draw_sample(FRAME, 5, "seed") != draw_sample(FRAME, 5, "another")


def test_a_larger_sample_begins_with_the_smaller_one():
    assert draw_sample(FRAME, 9, "seed")[:5] == draw_sample(FRAME, 5, "seed")


def test_the_frame_is_hashed_whatever_its_order():
    assert frame_hash(FRAME) == frame_hash(reversed(FRAME))
    assert frame_hash(FRAME) != frame_hash(FRAME[1:])
