"""Three AdamW steps of a tiny BERT by PyTorch: first gradients, losses and final weights."""

import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForSequenceClassification, get_linear_schedule_with_warmup

LEARNING_RATE, WEIGHT_DECAY, MAX_NORM = 0.01, 0.1, 1.0
CLASS_WEIGHTS = [1.0, 2.0, 0.5]

folder = pathlib.Path(sys.argv[1]) / "torch_training"
folder.mkdir(parents=True, exist_ok=True)
torch.manual_seed(5)
config = BertConfig(
    vocab_size=24,
    hidden_size=8,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=16,
    max_position_embeddings=10,
    initializer_range=0.3,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
    id2label={0: "-1", 1: "0", 2: "1"},
    label2id={"-1": 0, "0": 1, "1": 2},
)
model = BertForSequenceClassification(config)
with torch.no_grad():
    for parameter in model.parameters():
        parameter += 0.1 * torch.randn_like(parameter)


def save(name, tensors):
    save_file({key: value.detach().clone() for key, value in tensors.items()}, folder / name)


config.to_json_file(folder / "config.json")
save("initial.safetensors", dict(model.named_parameters()))

# Tokens 20 to 23 never occur: nothing but weight decay happens to their rows. 16 to 19 occur once.
draw = torch.Generator().manual_seed(6)
batches = []
for step in range(3):
    lengths = torch.randint(3, 10, (4,), generator=draw).tolist()
    rows = [torch.randint(1, 16, (n,), generator=draw).tolist() for n in lengths]
    rows[0][1] = 16 + step
    batches.append({"input_ids": rows, "classes": torch.randint(0, 3, (4,), generator=draw).tolist()})

plain = [p for n, p in model.named_parameters() if n.endswith(".bias") or "LayerNorm" in n]
decayed = [p for n, p in model.named_parameters() if not (n.endswith(".bias") or "LayerNorm" in n)]
groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": plain, "weight_decay": 0.0}]
optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE)
schedule = get_linear_schedule_with_warmup(optimizer, 0, len(batches))
loss_of = torch.nn.CrossEntropyLoss(weight=torch.tensor(CLASS_WEIGHTS))
losses, norms = [], []
for step, batch in enumerate(batches):
    longest = max(map(len, batch["input_ids"]))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in batch["input_ids"]])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in batch["input_ids"]])
    logits = model(input_ids=ids, attention_mask=mask).logits
    loss = loss_of(logits, torch.tensor(batch["classes"]))
    optimizer.zero_grad()
    loss.backward()
    if step == 0:
        save("gradients.safetensors", {n: p.grad for n, p in model.named_parameters()})
    norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM).item())
    losses.append(loss.item())
    optimizer.step()
    schedule.step()
save("final.safetensors", dict(model.named_parameters()))
record = {
    "torch": torch.__version__,
    "learning_rate": LEARNING_RATE,
    "weight_decay": WEIGHT_DECAY,
    "max_grad_norm": MAX_NORM,
    "class_weights": CLASS_WEIGHTS,
    "batches": batches,
    "losses": losses,
    "gradient_norms": norms,
}
(folder / "record.json").write_text(json.dumps(record, indent=1) + "\n")
