"""The starter's own tokenizer: sub-words of the training sentences of all languages, bytes for what it never saw."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

PAD, UNKNOWN, END = "<pad>", "<unk>", "</s>"
PAD_ID, END_ID = 0, 2


def train_tokenizer(texts: Iterable[str], size: int, folder: Path) -> None:
    """Write tokenizer.json and tokenizer_config.json (as open_clip's HFTokenizer reads them) into `folder`."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Punctuation("isolated"),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.Metaspace(),
        ]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=[PAD, UNKNOWN, END], unk_token=UNKNOWN, max_piece_length=12
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single=f"$A {END}", special_tokens=[(END, END_ID)])
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    note = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": PAD,
        "unk_token": UNKNOWN,
        "eos_token": END,
        "padding_side": "right",
        "truncation_side": "right",
        "model_input_names": ["input_ids"],
        "clean_up_tokenization_spaces": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(note, indent=1))
