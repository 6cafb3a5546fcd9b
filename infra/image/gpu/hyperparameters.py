"""A training job's hyperparameters, as the classifier reads them: strings under our names or transformers'.

It repeats rules of crates/classifier/src/bert (given.rs, hyperparameters.rs) and crates/policy/src/hyperparameters;
tests/clients/test_training_image.py holds it to them. It needs the standard library alone.
"""

import json
import math
import os
import pathlib
import types

BASE = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))

# Names of transformers' TrainingArguments for ours.
ALIASES = {
    "num_train_epochs": "epochs",
    "per_device_train_batch_size": "train_batch_size",
    "per_device_eval_batch_size": "validation_batch_size",
    "gradient_accumulation_steps": "gradient_accumulation",
    "early_stopping_patience": "patience",
    "save_steps": "checkpoint_steps",
    "load_best_model_at_end": "keep",
}
# The defaults of fine-tuning. The model itself decides those of learning_rate and of what describes it.
DEFAULTS = {
    "algorithm": "bert",
    "epochs": "3",
    "train_batch_size": "32",
    "validation_batch_size": "64",
    "gradient_accumulation": "1",
    "max_steps": "0",
    "freeze_bert_layer": "false",
    "max_seq_length": "128",
    "seed": "42",
    "weight_decay": "0.01",
    "warmup_ratio": "0.1",
    "max_grad_norm": "1",
    "balance": "true",
    "class_weights": "true",
    "keep": "last",
    "patience": "2",
    "text_column": "review_body",
    "label_column": "sentiment",
}
# Where the encoder is frozen, the head is trained like fresh weights.
FROZEN = {"epochs": "5", "train_batch_size": "16", "keep": "best", "learning_rate": "0.001"}
SHAPE = ["model_type", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads"]
SHAPE += ["intermediate_size", "initializer_range"]
DROPOUT = ["hidden_dropout_prob", "attention_probs_dropout_prob"]
# The classifier knows them; this image has neither checkpoints nor health rules.
WITHOUT_EFFECT = {"checkpoint_steps": "0", "health_rules": "auto"}
# One of these has an effect where another one has this value.
CONDITIONS = [("class_weights", "balance", "false"), ("patience", "keep", "best")]
# Kind, least and greatest value.
BELOW_ONE = math.nextafter(1, 0)
NUMBERS = {
    **dict.fromkeys(["epochs", "train_batch_size", "validation_batch_size"], (int, 1, 2**32 - 1)),
    **dict.fromkeys(["gradient_accumulation", "patience"], (int, 1, 2**32 - 1)),
    **dict.fromkeys(["max_steps", "seed"], (int, 0, 2**63 - 1)),
    "max_seq_length": (int, 3, 512),
    **dict.fromkeys(["learning_rate", "max_grad_norm"], (float, 5e-324, 1.7e308)),
    **dict.fromkeys(["weight_decay", "warmup_ratio", *DROPOUT], (float, 0, BELOW_ONE)),
}
CHOICES = {"keep": ["best", "last"], "algorithm": ["bert"]}
CHOICES |= dict.fromkeys(["balance", "class_weights", "freeze_bert_layer"], ["true", "false"])


class Refused(Exception):
    """The job cannot be done as it was given; the message says why, and holds no text of a row."""


def refuse_if(condition, reason):
    if condition:
        raise Refused(reason)


def given():
    """Under our names. What is SageMaker's own is left out, and so is what is left to its default."""
    path = BASE / "input/config/hyperparameters.json"
    read = json.loads(path.read_text()) if path.exists() else {}
    strings = isinstance(read, dict) and all(isinstance(value, str) for value in read.values())
    refuse_if(not strings, f"{path} is no map of strings")
    own = {name for name in read if name == "_tuning_objective_metric" or name.startswith("sagemaker_")}
    values = merged({name: unquoted(value) for name, value in read.items() if name not in own})
    for theirs in ALIASES.keys() & values.keys():
        ours, value = ALIASES[theirs], translated(theirs, values.pop(theirs))
        if value == "auto":
            continue
        # The pipeline passes `auto` under our names beside whatever a person gives.
        twice = f"the hyperparameters `{theirs}` and `{ours}` are the same one: give one of them"
        refuse_if(values.get(ours, "auto") != "auto", twice)
        values[ours] = value
    known = [*DEFAULTS, "learning_rate", *SHAPE, *DROPOUT, *WITHOUT_EFFECT]
    for name in values:
        refuse_if(name not in known, f'hyperparameter "{name}" is not known')
    return {name: value for name, value in values.items() if value != "auto"}


def merged(values):
    """With the members of the object `hyperparameters` in its place; one that is auto gives way to them."""
    text = values.pop("hyperparameters", "{}")
    try:
        further = json.loads(text)
    except ValueError:
        further = None
    no_object = f"hyperparameter `hyperparameters`: {text!r} is no JSON object of further hyperparameters"
    refuse_if(not isinstance(further, dict), no_object)
    for name, value in further.items():
        no_value = f"hyperparameter `{name}` in `hyperparameters`: {value!r} is no text, number or boolean"
        refuse_if(not isinstance(value, (str, int, float)), no_value)
        twice = f"the hyperparameter `{name}` is given twice: as {values.get(name)}, and in `hyperparameters` as {value}"
        refuse_if(values.get(name, "auto") != "auto", twice)
        values[name] = value if isinstance(value, str) else json.dumps(value)
    return values


def unquoted(value):
    """The SageMaker Python SDK passes each value as JSON: strings arrive quoted and escaped."""
    try:
        read = json.loads(value) if value.startswith('"') else value
    except ValueError:
        return value
    return read if isinstance(read, str) else value


def translated(theirs, value):
    if theirs == "load_best_model_at_end":
        names = {"true": "best", "false": "last", "auto": "auto"}
        wrong = f"hyperparameter `{theirs}`: {value!r} is not true or false"
        refuse_if(value.lower() not in names, wrong)
        return names[value.lower()]
    return value.removesuffix(".0") if theirs == "num_train_epochs" else value


def is_same(value, default):
    """A number may be written in several ways."""
    try:
        return float(value) == float(default)
    except ValueError:
        return value == default


def complete(given, model):
    """All hyperparameters as the card has them. `model` has what SHAPE and DROPOUT name, of the pretrained model."""
    for name, default in WITHOUT_EFFECT.items():
        is_default = is_same(given.get(name, default), default)
        refuse_if(not is_default, f"hyperparameter `{name}` has no effect in this image: leave it out")
    for name in SHAPE:
        other = f"hyperparameter `{name}` is {given.get(name)}, and the pretrained model's is {model[name]}: leave it out"
        refuse_if(given.get(name, model[name]) != model[name], other)
    given = {name: value.lower() if value in ["True", "False"] else value for name, value in given.items()}
    rate = peak_rate(int(model["hidden_size"]))
    values = {**DEFAULTS, "learning_rate": rate, **model}
    if given.get("freeze_bert_layer") == "true":
        values |= FROZEN
    elif "patience" in given:
        values["keep"] = "best"  # A patience is for a training that keeps its best epoch.
    values |= {name: value for name, value in given.items() if name not in WITHOUT_EFFECT}
    for name, other, value in CONDITIONS:
        # The default is no wish: a training's own card has it.
        is_idle = not is_same(values[name], DEFAULTS[name]) and values[other] != value
        idle = f"hyperparameter `{name}` has an effect only where `{other}` is {value}: change `{other}`, or leave `{name}` out"
        refuse_if(is_idle, idle)
    return values


def peak_rate(hidden_size):
    if hidden_size <= 512:
        return "0.0001"
    return "0.00005" if hidden_size <= 768 else "0.00002"


def settings(values):
    """The same as values that can be computed with."""
    return types.SimpleNamespace(**{name: parsed(name, value) for name, value in values.items()})


def parsed(name, value):
    if name in CHOICES:
        refuse_if(value not in CHOICES[name], f"hyperparameter `{name}`: {value!r} is not one of {CHOICES[name]}")
        return value == "true" if "true" in CHOICES[name] else value
    if name not in NUMBERS:
        return value
    kind, least, most = NUMBERS[name]
    try:
        number = kind(value)
    except ValueError:
        number = math.nan
    wrong = f"hyperparameter `{name}`: {value!r} is no {kind.__name__} from {least} to {most}"
    refuse_if(not least <= number <= most, wrong)
    return number
