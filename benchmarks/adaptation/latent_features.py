"""Features of texts of two domains, from counts of their terms alone."""

import numpy as np
from scipy import sparse
from scipy.sparse import linalg
from sklearn.utils.extmath import randomized_svd

LATENT_WIDTH = 300
# Of every example's features; smaller ones are learned more slowly.
_LENGTH = 5.0


def latent_features(
    counts: dict[tuple[str, str], sparse.csr_matrix],
) -> dict[tuple[str, str], np.ndarray]:
    """Return features of two domains' parts, found without labels.

    Log counts are weighed by how rare a term is in the training texts of both domains, and
    projected on the first singular directions of those (latent semantic analysis, Deerwester et
    al. 1990): terms that occur with the same ones become alike, whichever domain they are from.
    Each domain is centred on its own training texts: what all of its texts have in common tells
    nothing of a single one. The axes are then turned at random: Adam takes equal steps along every
    axis, and would otherwise learn from the last, noisy direction as fast as from the first.

    Args:
        counts: Counts of terms, shape `(texts, terms)`, by domain and part; of each domain one
            part is `"train"`.

    Returns:
        Features of shape `(texts, 300)`, by domain and part.
    """
    training = sparse.vstack(
        [rows for (_, part), rows in counts.items() if part == "train"]
    ).tocsr()
    occurrences = np.asarray((training > 0).sum(axis=0)).ravel()
    rarity = np.log((1 + training.shape[0]) / (1 + occurrences)).astype("float32")

    def weighed(rows: sparse.csr_matrix) -> sparse.csr_matrix:
        return of_length_one(rows.log1p().multiply(rarity).tocsr().astype("float32"))

    directions = randomized_svd(weighed(training), LATENT_WIDTH, random_state=0)[2].T
    generator = np.random.default_rng(0)
    turn = np.linalg.qr(generator.standard_normal((LATENT_WIDTH, LATENT_WIDTH)))[0]
    turned = {name: weighed(rows) @ directions @ turn for name, rows in counts.items()}
    return {
        (domain, part): _LENGTH * of_length_one(rows - turned[domain, "train"].mean(axis=0))
        for (domain, part), rows in turned.items()
    }


def of_length_one(rows):
    """Scale every row of a dense or sparse matrix to length 1."""
    if sparse.issparse(rows):
        lengths = linalg.norm(rows, axis=1)
        return sparse.diags(1 / np.maximum(lengths, 1e-8)).astype("float32") @ rows
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-8)).astype("float32")
