import kerastl as ktl


def test_the_head_is_solved_before_the_matrices_train():
    schedule = ktl.schedules.LoRA(rank=4, epochs=3, augment=False)
    solved, low_rank = schedule.phases(("embeddings", "layer1"))
    assert solved == ktl.Phase("head", linear_probe=True)
    assert low_rank == ktl.Phase("lora", epochs=3, lora_rank=4)
    assert low_rank.peak(3e-5) == 5e-4
    assert ktl.schedules.LoRA(learning_rate=1e-3).phases(("only",))[1].peak(3e-5) == 1e-3
