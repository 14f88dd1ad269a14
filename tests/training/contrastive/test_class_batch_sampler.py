import numpy as np

from kerastl.training.contrastive.class_batch_sampler import ClassBatchSampler
from kerastl.training.contrastive.class_batches import class_batches

LABELS = np.repeat(np.arange(3), 4)


def test_epochs_together_are_the_batches_in_one_row():
    sampler = ClassBatchSampler(5, LABELS, 8, steps=3, epochs=4)
    drawn = np.concatenate([sampler.order(epoch, len(LABELS)) for epoch in range(4)])
    np.testing.assert_array_equal(drawn, np.concatenate(list(class_batches(LABELS, 8, 12, 5))))
    assert sampler.length(len(LABELS)) == 3 * sampler.batch_size
