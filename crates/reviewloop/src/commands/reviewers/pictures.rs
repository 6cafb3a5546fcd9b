//! How good and how fast each reviewer is, in pictures.

use policy::survey::{Reviewer, Survey};
use report::{Unit, Whisker, Whiskers};

use super::found::Found;

pub fn of(survey: &Survey, found: &Found) -> Vec<Whiskers> {
    vec![accuracy(survey, found), pace(survey, found)]
}

fn accuracy(survey: &Survey, found: &Found) -> Whiskers {
    let row = |it: &Reviewer| Whisker {
        name: found.name(it.quality.reviewer).to_owned(),
        note: answers(it.quality.answers),
        low: it.quality.interval.low,
        value: it.quality.accuracy,
        high: it.quality.interval.high,
        is_marked: it.quality.suspicion.is_some(),
    };
    Whiskers {
        title: "How often each reviewer is right".to_owned(),
        caption: "As the others' answers and the model tell it. A line is where the share lies with 95 % probability: \
                  the fewer answers, the longer. Red: the answers do not depend on the texts."
            .to_owned(),
        unit: Unit::Share,
        rows: survey.reviewers.iter().map(row).collect(),
    }
}

fn pace(survey: &Survey, found: &Found) -> Whiskers {
    let row = |it: &Reviewer| Whisker {
        name: found.name(it.quality.reviewer).to_owned(),
        note: String::new(),
        low: it.pace.low,
        value: it.pace.median,
        high: it.pace.high,
        is_marked: it.quality.suspicion.is_some(),
    };
    Whiskers {
        title: "How long an answer takes".to_owned(),
        caption: "The median from taking a task to the answer, and the middle half of all. Far below the others: \
                  perhaps without reading."
            .to_owned(),
        unit: Unit::Seconds,
        rows: survey.reviewers.iter().map(row).collect(),
    }
}

fn answers(number: usize) -> String {
    if number == 1 {
        "1 answer".to_owned()
    } else {
        format!("{number} answers")
    }
}
