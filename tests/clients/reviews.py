"""Reviews with the columns of the public clothing reviews, which a small model learns in seconds."""

import random

THINGS = ["dress", "blouse", "skirt", "sweater", "coat", "shirt", "pair of jeans", "jacket"]
PRAISE = ["lovely", "soft", "flattering", "beautiful", "perfect", "comfortable"]
BLAME = ["scratchy", "cheap", "baggy", "thin", "ugly", "shapeless"]
HEADER = "Review Text,Rating,Class Name"


def rows(number, seed=7, name="Item", noise=0):
    """So many (text, rating, class). Another name makes other texts; noise is the share of texts that say nothing."""
    chance = random.Random(seed)
    for index in range(number):
        thing = chance.choice(THINGS)
        rating = chance.choice([1, 2, 3, 4, 5])
        kind = "negative" if rating < 3 else "neutral" if rating == 3 else "positive"
        said = {
            "negative": f"so {chance.choice(BLAME)} and {chance.choice(BLAME)}; I sent it back",
            "neutral": f"{chance.choice(PRAISE)} but {chance.choice(BLAME)}; it is okay",
            "positive": f"so {chance.choice(PRAISE)} and {chance.choice(PRAISE)}; I wear it often",
        }[kind]
        if noise and chance.random() < noise:
            said = "here"
        yield f"{name} {index}: this {thing} is {said}.", rating, thing.title()


def csv(number, noise=0, names=("Item",)):
    """So many of each name."""
    every = (row for name in names for row in rows(number, name=name, noise=noise))
    lines = [f'"{text}",{rating},{kind}' for text, rating, kind in every]
    return "\n".join([HEADER, *lines]) + "\n"


def long_csv():
    """An execution with it takes long enough to be seen, and its texts are as long as those of a short file."""
    return csv(400, noise=0.2, names=[f"It{number:02}" for number in range(60)])


def label(text):
    """What a reviewer answers."""
    return "1" if "I wear it often" in text else "-1" if "I sent it back" in text else "0"
