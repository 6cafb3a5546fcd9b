"""Searches that are not ours, each a function of the table and a seed: rows and epochs in the order it took them.

A suggestion is answered by the nearest row that the search has not had, and the search is told that row's own values.
"""

import logging
import warnings

import numpy
import optuna
from syne_tune import config_space
from syne_tune.backend.trial_status import Trial
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.optimizer.schedulers.asha import AsynchronousSuccessiveHalving

TRIALS = 64

optuna.logging.set_verbosity(optuna.logging.ERROR)
logging.getLogger("syne_tune").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)


def random(table, seed):
    rows = numpy.random.default_rng(seed).permutation(len(table.values))
    return [(int(row), len(table.curve(row, seed))) for row in rows[:TRIALS]]


def optuna_tpe(table, seed):
    # Multivariate where every trial has the same parameters, as here.
    return _optuna(table, seed, optuna.samplers.TPESampler(seed=seed))


def optuna_univariate_tpe(table, seed):
    return _optuna(table, seed, optuna.samplers.TPESampler(seed=seed, multivariate=False))


def optuna_gp(table, seed):
    return _optuna(table, seed, optuna.samplers.GPSampler(seed=seed))


def _optuna(table, seed, sampler):
    study = optuna.create_study(direction="maximize", sampler=sampler)
    distributions = {parameter["name"]: _distribution(parameter) for parameter in table.parameters}
    taken = []
    while len(taken) < min(TRIALS, len(table.values)):
        asked = study.ask(distributions)
        row = table.nearest_unused(table.point(asked.params), taken)
        # What was asked has no result of its own; the row's is told in its place.
        study.tell(asked, state=optuna.trial.TrialState.FAIL)
        curve = table.curve(row, seed)
        if table.is_whole(row, seed):
            told = optuna.trial.create_trial(
                params=table.values[row], distributions=distributions, value=curve[-1]
            )
            study.add_trial(told)
        taken.append((row, len(curve)))
    return taken


def _distribution(parameter):
    match parameter["kind"]:
        case "categorical":
            return optuna.distributions.CategoricalDistribution(parameter["values"])
        case "integer":
            return optuna.distributions.IntDistribution(
                parameter["min"], parameter["max"], log=parameter["scaling"] == "Logarithmic"
            )
    return optuna.distributions.FloatDistribution(
        parameter["min"], parameter["max"], log=parameter["scaling"] == "Logarithmic"
    )


def syne_tune_asha(table, seed):
    numpy.random.seed(seed)
    space = {parameter["name"]: _domain(parameter) for parameter in table.parameters}
    scheduler = AsynchronousSuccessiveHalving(
        space,
        metric="score",
        do_minimize=False,
        time_attr="epoch",
        max_t=table.epochs,
        grace_period=1,
        reduction_factor=3,
        random_seed=seed,
    )
    taken, left = [], TRIALS * table.epochs
    while left > 0 and len(taken) < len(table.values):
        config = scheduler.suggest().config
        row = table.nearest_unused(table.point(config), taken)
        trial = Trial(trial_id=len(taken), config=table.values[row], creation_time=None)
        scheduler.on_trial_add(trial)
        epochs = 0
        for score in table.curve(row, seed)[:left]:
            epochs += 1
            decision = scheduler.on_trial_result(trial, {"score": score, "epoch": epochs})
            if decision != SchedulerDecision.CONTINUE:
                break
        left -= max(epochs, 1)
        taken.append((row, epochs))
    return taken


def _domain(parameter):
    logarithmic = parameter.get("scaling") == "Logarithmic"
    match parameter["kind"]:
        case "categorical":
            return config_space.choice(parameter["values"])
        case "integer":
            domain = config_space.lograndint if logarithmic else config_space.randint
        case _:
            domain = config_space.loguniform if logarithmic else config_space.uniform
    return domain(parameter["min"], parameter["max"])


PEERS = {
    "uniform random": random,
    "Optuna TPE": optuna_tpe,
    "Optuna univariate TPE": optuna_univariate_tpe,
    "Optuna GP": optuna_gp,
    "Syne Tune ASHA": syne_tune_asha,
}
