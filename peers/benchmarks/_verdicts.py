"""What peers/accuracy says of finished seeds: means with intervals, and whether ours is good enough."""

import statistics

import _aims
import _intervals

# The largest loss of balanced accuracy that counts as none.
MARGIN = 0.01
# Of each transformer, for the aim and the difference.
SEEDS = 6


def report(found, is_full):
    """`found` has balanced accuracies by contender, `is_full` says that ours are of the full balanced set at the defaults.

    Prints means and verdicts. False where ours is behind PyTorch, below the floor, or misses its aim.
    """
    for name, values in found.items():
        mean, half = _intervals.mean_interval(values)
        interval = f", 95 % {mean - half:.4f} to {mean + half:.4f}" if len(values) > 1 else ""
        print(f"balanced accuracy, {name}: mean {mean:.4f}{interval}, seeds: {len(values)}")
    ours = found.get("ours", [])
    # Each prints its verdict.
    verdicts = [held_against_aim(ours, is_full)]
    if ours and "pytorch" in found:
        verdicts.append(compare(ours, found["pytorch"]))
    if ours and "scikit-learn" in found:
        verdicts.append(above_floor(ours, found["scikit-learn"][0]))
    return not {"missed", "behind", "BELOW THE FLOOR"} & {*verdicts}


def held_against_aim(ours, is_full):
    [aim] = _aims.of_command("accuracy")
    rows = []
    if is_full and len(ours) >= SEEDS:
        # The program prints four digits of each; without rounding a mean that is the aim may miss it by the last bit.
        rows.append({"what": aim["name"], "peer": None, "ours": round(statistics.mean(ours[:SEEDS]), 6)})
    [judged] = _aims.judged([aim], rows, whole=False)
    figure = f"{judged['figure']:g}, " if rows else ""
    print(f"{aim['name']}: {figure}{aim['direction']} {aim['number']}: {judged['verdict']}")
    return judged["verdict"]


def compare(ours, theirs):
    if min(len(ours), len(theirs)) < 2:
        print("ours minus PyTorch: an interval needs two seeds of each")
        return "open"
    difference, low, high = _intervals.welch(ours, theirs)
    verdict = "not behind" if low > -MARGIN else "behind" if high <= -MARGIN else "open"
    print(f"ours minus PyTorch: {difference:+.4f}, 95 % {low:+.4f} to {high:+.4f} (Welch): {verdict}")
    return verdict


def above_floor(ours, floor):
    # Ours is printed by the program with four digits.
    gain = round(statistics.mean(ours) - floor, 4) + 0.0
    verdict = "reached" if gain >= 0 else "BELOW THE FLOOR"
    print(f"ours minus the floor, scikit-learn: {gain:+.4f}: {verdict}")
    return verdict
