"""Causes that lie in how the network is built."""

from .._findings import Finding
from ._context import Context
from ._network_facts import loss_floor

# A state is forgotten within some ten steps of nothing; fewer than half of a row's steps, and
# most texts end near the end of theirs.
MUCH_PADDING = 0.5
# Where less than this is padding, no width can save much.
WASTED_PADDING = 0.8
# Of the parameters in copies of a table. A text model has most of its parameters in one table;
# where two have half of them, a copy is a good part of what there is to learn from the same rows.
COPIES = 0.5


def double_activation(context: Context) -> Finding | None:
    """Find a squashing function of what was squashed already."""
    if context.network is None:
        return None
    floor = loss_floor(context.network.activations, len(context.classes))
    if floor is None:
        return None
    names = " and then ".join(context.network.activations)
    return Finding(
        "double_activation",
        "error",
        f"The network ends with {names}: its cross-entropy cannot fall under {floor:.3f}, where "
        f"chance is {context.chance_loss:.3f}, and its gradients vanish. Keep the first, softmax, "
        "only.",
        floor,
        0.0,
        {"activations": context.network.activations, "chance_loss": context.chance_loss},
        context.change_built(repair_head=True),
    )


def no_mask(context: Context) -> Finding | None:
    """Find a recurrent layer that reads padding as if it were words."""
    network, words = context.network, context.words
    if network is None or not network.unmasked:
        return None
    share = words.padding_share if words is not None and network.reads_padding else 0.0
    if share < MUCH_PADDING:
        return None
    behind = network.padding == "post" and network.reads_end
    where = "behind the last word, at which the text is forgotten" if behind else "with the words"
    return Finding(
        "no_mask",
        "error" if context.failed else "warning",
        f"{', '.join(network.unmasked)} reads the padding, {share:.0%} of a row, {where}: no mask "
        "reaches it. Let the table of word vectors mark it (mask_zero=True), pass the mask on "
        "through convolution and pooling, or use LSTMClassifier, which skips padding.",
        share,
        MUCH_PADDING,
        {"layers": network.unmasked, "padding": network.padding, "width": words and words.maxlen},
        context.change("clf", masked=True),
    )


def frozen_random_embedding(context: Context) -> Finding | None:
    """Find word vectors that are drawn at random and never trained."""
    network = context.network
    if network is None or not network.frozen or network.given_vectors:
        return None
    change = context.change("clf", trainable_embedding=True, frozen_epochs=0)
    return Finding(
        "frozen_random_embedding",
        "error" if context.loses() else "warning",
        f"The word vectors of {', '.join(network.frozen)} are random and not trained: words of "
        "like meaning have nothing in common. Train them, or attach vectors by Word2VecEmbedder.",
        float(len(network.frozen)),
        0.0,
        {"layers": network.frozen},
        change | context.change_built(repair_table=True),
    )


def duplicate_tables(context: Context) -> Finding | None:
    """Find word vectors that are learned several times over."""
    network = context.network
    if network is None or network.n_tables < 2:
        return None
    share = network.n_tables * network.table_size / network.n_parameters
    if share < COPIES:
        return None
    return Finding(
        "duplicate_tables",
        "warning",
        f"{network.n_tables} tables of word vectors are trained beside each other, which hold "
        f"{share:.0%} of the parameters: each learns the same words from as few texts. Let all "
        "branches read one table.",
        share,
        COPIES,
        {"tables": network.n_tables, "parameters": network.n_parameters},
        context.change_built(repair_table=True),
    )


def padding(context: Context) -> Finding | None:
    """Find rows that are much wider than their texts, for a network that reads the padding."""
    words, network = context.words, context.network
    if words is None or network is None or not network.reads_padding:
        return None
    if words.padding_share < WASTED_PADDING:
        return None
    return Finding(
        "padding",
        "warning",
        f"{words.padding_share:.0%} of the rows of {words.maxlen} words is padding, which the "
        "network reads at full cost. Pad to the width that holds 95 % of the texts.",
        words.padding_share,
        WASTED_PADDING,
        {"width": words.maxlen},
        context.change("pad", maxlen="p95"),
    )


CAUSES = (double_activation, no_mask, frozen_random_embedding, duplicate_tables, padding)
