"""The training loop on the GPUs of one instance, a process for each; on the processor where there is none."""

import contextlib
import os
import random
import time

import torch
import torch.distributed as dist
from torch.nn.functional import cross_entropy

import epochs
from hyperparameters import refuse_if

RANK, WORLD = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
DEVICE = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if torch.cuda.is_available() else torch.device("cpu")
PROGRESS_EVERY = 5.0


class Trainer:
    """Epochs of updates, a look at the validation rows after each, and the weights of the one that is kept."""

    def __init__(self, model, pad, encoded, of_classes, settings):
        self.model, self.pad, self.settings, self.of_classes = model, pad, settings, of_classes
        (self.train, self.validation), self.labels = encoded, len(of_classes)
        self.class_weights = epochs.class_weights(of_classes, settings)
        self.weights = torch.tensor(self.class_weights, device=DEVICE)
        self.parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        for parameter in self.parameters:
            # A process without a row in an update takes part in it with zeros.
            parameter.grad = torch.zeros_like(parameter)
        # Biases and layer norms are vectors, and do not decay.
        groups = [[p for p in self.parameters if (p.ndim > 1) == decays] for decays in [True, False]]
        decay = [settings.weight_decay, 0.0]
        self.optimizer = torch.optim.AdamW([{"params": p, "weight_decay": d} for p, d in zip(groups, decay)])
        self.type = mixed_precision()
        self.scaler = torch.amp.GradScaler(DEVICE.type, enabled=self.type == torch.float16)
        self.rows_of_update = settings.train_batch_size * settings.gradient_accumulation
        updates = -(-len(epochs.epoch_rows(of_classes, 0, settings.balance)) // self.rows_of_update)
        self.step, self.steps = 0, updates * settings.epochs
        if settings.max_steps:
            self.steps = min(self.steps, settings.max_steps)

    def run(self):
        """What the card says of the epochs; the model has the kept one's weights."""
        log(f"training on {WORLD} x {name_of_device()} in {self.type or torch.float32}: {self.steps} steps")
        done, best, weights, started = [], 0, None, time.monotonic()
        while self.step < self.steps:
            done.append(self.epoch(len(done), started))
            log(epochs.log_line(done[-1], self.settings.epochs))
            is_better = not best or done[-1]["val_balanced_accuracy"] > done[best - 1]["val_balanced_accuracy"]
            if self.settings.keep == "last" or is_better:
                best = len(done)
            elif len(done) - best >= self.settings.patience:
                log(f"no better validation for {self.settings.patience} epochs: stopping")
                break
            if self.settings.keep == "best" and is_better:
                weights = {name: tensor.to("cpu", copy=True) for name, tensor in self.model.state_dict().items()}
        if best != len(done):
            # The last value of a metric is the job's, and a tuning job compares its trials by it.
            log(f"the model is that of {epochs.log_line(done[best - 1], self.settings.epochs)}")
        if weights:
            self.model.load_state_dict(weights)
        return {"epochs": done, "best_epoch": best}

    def epoch(self, epoch, started):
        rows = epochs.epoch_rows(self.of_classes, epoch, self.settings.balance)
        random.Random(f"{self.settings.seed} {epoch}").shuffle(rows)
        self.model.train()
        loss, seen, begun, told = 0.0, 0, time.monotonic(), time.monotonic()
        for place in range(0, len(rows), self.rows_of_update):
            if self.step == self.steps:
                break
            some = rows[place : place + self.rows_of_update]
            of_update = self.update(some)
            loss, seen, now = loss + of_update * len(some), seen + len(some), time.monotonic()
            if now - told > PROGRESS_EVERY:
                told, left = now, (now - started) / self.step * (self.steps - self.step)
                speed = f"{seen / (now - begun):.0f} samples/s"
                log(f"step {self.step}/{self.steps} loss {of_update:.2f} {speed} {left:.0f} s left")
        figures = {"epoch": epoch + 1, "train_loss": loss / seen, "samples_per_second": seen / (time.monotonic() - begun)}
        return figures | self.validate()

    def update(self, rows):
        """One update; each process computes its share of every batch. Returns the mean loss by class weight."""
        size, loss = self.settings.train_batch_size, torch.zeros((), device=DEVICE)
        total = sum(self.class_weights[self.train[1][row]] for row in rows)
        for batch in (rows[place : place + size] for place in range(0, len(rows), size)):
            share = batch[RANK::WORLD]
            if not share:
                continue
            with autocast(self.type):
                logits = self.logits(self.train, share)
            summed = cross_entropy(logits.float(), self.classes(self.train, share), self.weights, reduction="sum") / total
            self.scaler.scale(summed).backward()
            loss += summed.detach()
        self.apply(loss)
        self.step += 1
        return loss.item()

    def apply(self, loss):
        add_up([loss, *(parameter.grad for parameter in self.parameters)])
        reason = f"step {self.step + 1} has loss {loss.item()}: lower learning_rate or raise warmup_ratio"
        refuse_if(not loss.isfinite(), reason)
        for group in self.optimizer.param_groups:
            group["lr"] = epochs.learning_rate(self.step, self.steps, self.settings)
        self.scaler.unscale_(self.optimizer)
        torch.nn.utils.clip_grad_norm_(self.parameters, self.settings.max_grad_norm)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=False)

    def logits(self, encoded, rows):
        """Rows are padded to the longest of them."""
        ids = [encoded[0][row] for row in rows]
        longest = max(map(len, ids))
        padded = torch.tensor([row + [self.pad] * (longest - len(row)) for row in ids], device=DEVICE)
        lengths = torch.tensor([len(row) for row in ids], device=DEVICE)
        mask = (torch.arange(longest, device=DEVICE) < lengths[:, None]).long()
        return self.model(input_ids=padded, attention_mask=mask).logits

    def classes(self, encoded, rows):
        return torch.tensor([encoded[1][row] for row in rows], device=DEVICE)

    @torch.no_grad()
    def validate(self):
        """In full precision, as the model is served."""
        self.model.eval()
        size, loss = self.settings.validation_batch_size, torch.zeros((), dtype=torch.float64, device=DEVICE)
        confusion = torch.zeros(self.labels * self.labels, dtype=torch.int64, device=DEVICE)
        mine = range(RANK, len(self.validation[0]), WORLD)
        for batch in (mine[place : place + size] for place in range(0, len(mine), size)):
            logits, truths = self.logits(self.validation, batch).double(), self.classes(self.validation, batch)
            loss += cross_entropy(logits, truths, reduction="sum")
            confusion += torch.bincount(truths * self.labels + logits.argmax(1), minlength=len(confusion))
        add_up([loss, confusion])
        mean = loss.item() / len(self.validation[0])
        refuse_if(mean != mean, f"the validation loss is {mean}: lower learning_rate or raise warmup_ratio")
        return {"val_loss": mean, **epochs.figures(confusion.view(self.labels, -1).tolist())}


def add_up(tensors):
    """Over all processes, in place."""
    if WORLD > 1:
        for work in [dist.all_reduce(tensor, async_op=True) for tensor in tensors]:
            work.wait()


def mixed_precision():
    """bf16 where the GPU computes in it itself, from Ampere on; nothing on a processor."""
    if DEVICE.type != "cuda":
        return None
    return torch.bfloat16 if torch.cuda.get_device_capability(DEVICE)[0] >= 8 else torch.float16


def autocast(kind):
    return torch.autocast(DEVICE.type, kind) if kind else contextlib.nullcontext()


def name_of_device():
    return torch.cuda.get_device_name(DEVICE) if DEVICE.type == "cuda" else "processor"


def log(line):
    if RANK == 0:
        print(line, flush=True)
