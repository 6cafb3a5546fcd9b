"""The pretrained model with a head for a job's labels, and rows as it takes them."""

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

import channels
from hyperparameters import DROPOUT, SHAPE, refuse_if
from trainer import DEVICE, RANK, log

FAMILIES = ["bert", "roberta", "distilbert"]
# DistilBERT's names for BERT's.
DISTILBERT = {
    "hidden_size": "dim",
    "num_hidden_layers": "n_layers",
    "num_attention_heads": "n_heads",
    "intermediate_size": "hidden_dim",
    "hidden_dropout_prob": "dropout",
    "attention_probs_dropout_prob": "attention_dropout",
}


def configuration(folder):
    config = AutoConfig.from_pretrained(folder)
    other = f"the pretrained model is a {config.model_type}: the classifier serves {', '.join(FAMILIES)}"
    refuse_if(config.model_type not in FAMILIES, other)
    return config


def their_name(config, name):
    return DISTILBERT.get(name, name) if config.model_type == "distilbert" else name


def hyperparameters_of(config):
    return {name: str(getattr(config, their_name(config, name))) for name in [*SHAPE, *DROPOUT]}


def load(folder, config, labels, settings):
    """Outputs of a head for other labels would mean other things, even if there are as many: such a head is drawn anew."""
    for name in DROPOUT:
        setattr(config, their_name(config, name), getattr(settings, name))
    same_labels = [config.id2label[place] for place in sorted(config.id2label)] == labels
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: place for place, label in enumerate(labels)}
    torch.manual_seed(settings.seed)
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, config=config, dtype=torch.float32, ignore_mismatched_sizes=True
    )
    if not same_labels:
        draw_head(model)
    if settings.freeze_bert_layer:
        for name, parameter in model.base_model.named_parameters():
            parameter.requires_grad = name.startswith("pooler.")
    # Each process has its own dropout.
    torch.manual_seed(settings.seed + RANK)
    return model.to(DEVICE)


def draw_head(model):
    head = model.classifier.out_proj if model.config.model_type == "roberta" else model.classifier
    torch.nn.init.normal_(head.weight, std=model.config.initializer_range)
    torch.nn.init.zeros_(head.bias)


class Encoder:
    """Texts as tokens of the folder's tokenizer; counts those that were longer than the model takes."""

    def __init__(self, folder, config, max_seq_length):
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        # RoBERTa counts positions from behind the padding token.
        unused = config.pad_token_id + 1 if config.model_type == "roberta" else 0
        taken = config.max_position_embeddings - unused
        self.max_seq_length, self.too_long = min(max_seq_length, taken), 0
        # Who loads the folder is to cut texts where training did.
        self.tokenizer.model_max_length = self.max_seq_length
        if taken < max_seq_length:
            log(f"WARN max_seq_length is {max_seq_length}, and the pretrained model takes {taken} tokens")

    def encode(self, rows, labels, name):
        """Token ids and classes."""
        classes, limit = channels.classes(rows, labels, name), self.max_seq_length
        ids = self.tokenizer([text for text, _ in rows], verbose=False)["input_ids"]
        self.too_long += sum(len(row) > limit for row in ids)
        return [row if len(row) <= limit else row[: limit - 1] + row[-1:] for row in ids], classes
