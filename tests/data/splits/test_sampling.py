from hypothesis import given
from hypothesis import strategies as st

from kerastl.data import Split
from kerastl.data.splits.sampling import stratified_sample


@given(st.lists(st.integers(1, 60), min_size=2, max_size=5), st.integers(5, 80))
def test_every_class_is_in_the_sample_in_proportion(counts, limit):
    labels = [label for label, count in enumerate(counts) for _ in range(count)]
    split = Split("text", [str(i) for i in range(len(labels))], labels, [str(c) for c in range(5)])
    sample = stratified_sample(split, limit)
    rare = sum(count * limit < len(labels) for count in counts)
    assert len(sample) <= limit + rare
    assert list(sample.inputs) == sorted(sample.inputs, key=int)
    taken = list(sample.class_counts().values())[: len(counts)]
    share = min(1.0, limit / len(labels))
    for got, had in zip(taken, counts, strict=True):
        assert got >= 1
        assert abs(got - had * share) <= 1
