"""The network: a small BERT that tags words, and tells roles and relations of what it tagged.

The encoder is the lower part of a MiniLM (Wang et al. 2020, arXiv:2002.10957), its vocabulary
pruned, with a vector for the shape of each word that an uncased vocabulary does not see. Upper
layers are left out (Sajjad et al. 2020, arXiv:2004.03844).
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from kg.extractors.ner import PAIR_FEATURES, ROLE_LABELS, TAGS
from kg.extractors.wordpieces import SHAPES
from kg.training.examples import PAIR_TYPES

__all__ = ["PairNetwork", "TaggerNetwork", "load_base"]


class TaggerNetwork(nn.Module):  # type: ignore[misc]
    """Word pieces in; states, tag and role logits for every piece out.

    Args:
        encoder: A BERT without pooler.
    """

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.shapes = nn.Embedding(SHAPES, width)
        nn.init.zeros_(self.shapes.weight)
        self.dropout = nn.Dropout(0.1)
        self.tags = nn.Linear(width, len(TAGS))
        self.roles = nn.Linear(width, len(ROLE_LABELS))

    def forward(
        self, ids: Tensor, shapes: Tensor, segments: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Read a batch.

        Args:
            ids: (b, n) pieces.
            shapes: (b, n) word shapes.
            segments: (b, n) 0 title, 1 abstract.
            mask: (b, n) 1 for pieces, 0 for padding.

        Returns:
            States (b, n, width), tag logits (b, n, tags), role logits (b, n, roles).
        """
        vectors = self.encoder.embeddings.word_embeddings(ids) + self.shapes(shapes)
        states = self.encoder(
            inputs_embeds=vectors, token_type_ids=segments, attention_mask=mask
        ).last_hidden_state
        states = self.dropout(states)
        return states, self.tags(states), self.roles(states)


class PairNetwork(nn.Module):  # type: ignore[misc]
    """Tells the relations from one thing to another by the states of their words.

    Args:
        width: Width of the states.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(5 * width + PAIR_FEATURES, 192)
        self.dropout = nn.Dropout(0.2)
        self.out = nn.Linear(192, len(PAIR_TYPES))

    def forward(self, pairs: Tensor) -> Tensor:
        """Logits (p, relation types) of pair vectors (p, 5 * width + PAIR_FEATURES)."""
        logits: Tensor = self.out(self.dropout(nn.functional.relu(self.hidden(pairs))))
        return logits


def load_base(weights: Path, vocabulary: list[str], keep: list[str], layers: int) -> BertModel:
    """The lower layers of a BERT from a safetensors file, with the kept part of its vocabulary.

    Args:
        weights: Model in safetensors, beside its ``config.json``.
        vocabulary: Its pieces, in order.
        keep: Pieces to keep, in their new order.
        layers: How many layers to keep, from below.

    Raises:
        OSError: A file cannot be read.
    """
    from safetensors.torch import load_file

    config = BertConfig.from_json_file(weights.with_name("config.json"))
    config.num_hidden_layers = layers
    config.vocab_size = len(keep)
    config.attention_probs_dropout_prob = 0.0  # twice as fast on a CPU, no worse
    config._attn_implementation = "eager"
    encoder = BertModel(config, add_pooling_layer=False)
    tensors = {name.removeprefix("bert."): t for name, t in load_file(weights).items()}
    number = {piece: i for i, piece in enumerate(vocabulary)}
    rows = torch.tensor([number[piece] for piece in keep])
    name = "embeddings.word_embeddings.weight"
    tensors[name] = tensors[name][rows]
    wanted = encoder.state_dict()
    encoder.load_state_dict({n: tensors.get(n, wanted[n]) for n in wanted})
    return encoder
