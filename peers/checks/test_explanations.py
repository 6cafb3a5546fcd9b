"""Integrated gradients agree with the same integral taken by PyTorch on transformers' model."""

import json
import subprocess

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from conftest import CLASSIFIER
from folders import LABELS, label_maps, minilm

TEXT = "Lovely dress, it fits like a glove, but the unbelievably scratchy fabric is awful!"
STEPS = 300


def attributions(model, tokenizer, text, label):
    """Midpoint rule between the text and the same length of [PAD]; one number per token."""
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    special = torch.tensor(tokenizer.get_special_tokens_mask(ids[0], already_has_special_tokens=True))
    baseline = torch.where(special.bool(), ids, tokenizer.pad_token_id)
    embed = model.get_input_embeddings()
    start, end = embed(baseline).detach(), embed(ids).detach()
    gradients = torch.zeros_like(start)
    for step in range(STEPS):
        point = (start + (step + 0.5) / STEPS * (end - start)).requires_grad_()
        logits = model(inputs_embeds=point, attention_mask=torch.ones_like(ids)).logits[0]
        gradients += torch.autograd.grad(logits[label] - logits.mean(), point)[0] / STEPS
    return tokenizer.convert_ids_to_tokens(ids[0]), ((end - start) * gradients).sum(2)[0].tolist()


def by_word(tokens, values):
    words = []
    for token, value in zip(tokens, values):
        if token in ("[CLS]", "[SEP]"):
            continue
        if token.startswith("##"):
            words[-1] = (words[-1][0] + token[2:], words[-1][1] + value)
        else:
            words.append((token, value))
    return words


def test_words_get_what_pytorch_gives_them(tmp_path):
    torch.manual_seed(1)
    folder = tmp_path / "model"
    model = AutoModelForSequenceClassification.from_pretrained(minilm(), **label_maps()).eval()
    torch.nn.init.normal_(model.classifier.weight)
    model.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(minilm())
    tokenizer.save_pretrained(folder)
    for label, name in enumerate(LABELS):
        command = [CLASSIFIER, "explain", "--model", folder, "--format", "json", f"--label={name}"]
        finished = subprocess.run([*command, "--text", TEXT], capture_output=True, text=True)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        found = json.loads(finished.stdout)
        completeness = found["completeness"]
        assert abs(completeness["error"]) <= completeness["bound"]
        expected = by_word(*attributions(model, tokenizer, TEXT, label))
        largest = max(abs(value) for _, value in expected)
        assert len(found["words"]) == len(expected)
        for word, (spelled, value) in zip(found["words"], expected, strict=True):
            assert word["word"].lower() == spelled
            # Integration may leave out a hundredth of a logit, here as in the program.
            assert abs(word["attribution"] - value) < max(0.02 * largest, 0.01), (word, value)
