//! Files without labels: how far their labelling is, and what it took.

use contracts::request::ChosenBy;

use super::answer::{Answer, done, waits};
use crate::status::facts::{Facts, Progress, Request};

/// `None` where there is no such file. Of several, those that are not labelled through, and the newest.
pub fn answer(facts: &Facts) -> Option<Answer> {
    let newest = facts.requests.first()?;
    if let Err(reason) = &newest.progress {
        let upload = facts.command("reviewloop upload --unlabelled FILE");
        let reason = format!("{reason}; once that is mended: {upload}");
        return Some(waits(format!("{} was rejected", name(newest)), reason));
    }
    let mut states = Vec::new();
    let (mut unasked, mut open) = (0, 0);
    for (place, request) in facts.requests.iter().enumerate() {
        let Ok(progress) = &request.progress else {
            continue;
        };
        if place == 0 || progress.labelled < progress.texts {
            states.push(state(request, progress));
        }
        unasked += progress.texts - progress.asked;
        open += progress.asked.saturating_sub(progress.labelled);
    }
    let state = states.join("; ");
    Some(if unasked > 0 {
        let reason = format!("{unasked} texts are asked as ReviewDailyCap has room");
        waits(state, reason)
    } else if open > 0 {
        waits(state, format!("reviewers have {open} of them to answer"))
    } else {
        done(state)
    })
}

fn state(request: &Request, progress: &Progress) -> String {
    let Progress {
        eligible,
        texts,
        labelled,
        answers,
        ..
    } = progress;
    let how = match progress.chosen_by {
        ChosenBy::Random => "drawn at random",
        ChosenBy::Uncertainty => "the least certain",
    };
    let seconds = progress
        .median_seconds
        .map(|seconds| format!(", half of them within {seconds:.0} s"));
    format!(
        "{}: {labelled} of {texts} texts labelled ({how}, of {eligible}), {answers} answers{}",
        name(request),
        seconds.unwrap_or_default()
    )
}

/// The key's end, as the file was called.
fn name(request: &Request) -> &str {
    request.file.rsplit('/').next().unwrap_or(&request.file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(file: &str, asked: usize, labelled: usize) -> Request {
        Request {
            file: format!("incoming/unlabelled/{file}"),
            progress: Ok(Progress {
                chosen_by: ChosenBy::Uncertainty,
                eligible: 5000,
                texts: 200,
                asked,
                labelled,
                answers: 2 * labelled,
                median_seconds: (labelled > 0).then_some(12.4),
            }),
        }
    }

    fn of(requests: Vec<Request>) -> Option<Answer> {
        answer(&Facts {
            requests,
            ..Facts::default()
        })
    }

    #[test]
    fn progress_and_cost_of_a_file_and_what_it_waits_for() {
        assert_eq!(of(Vec::new()), None);
        for (asked, labelled, expected) in [
            (0, 0, Some("200 texts are asked as ReviewDailyCap has room")),
            (
                150,
                42,
                Some("50 texts are asked as ReviewDailyCap has room"),
            ),
            (200, 42, Some("reviewers have 158 of them to answer")),
            (200, 200, None),
        ] {
            let found = of(vec![request("r.csv", asked, labelled)]).expect("an answer");
            assert_eq!(found.waits_for.as_deref(), expected);
        }
        let found = of(vec![request("r.csv", 150, 42)]).expect("an answer");
        let expected = "r.csv: 42 of 200 texts labelled (the least certain, of 5000), 84 answers, half of them \
                        within 12 s";
        assert_eq!(found.state, expected);
    }

    #[test]
    fn of_several_files_those_that_are_not_labelled_through_are_told_besides_the_newest() {
        let requests = [("new.csv", 200), ("done.csv", 200), ("old.csv", 3)];
        let requests = requests.map(|(file, labelled)| request(file, 200, labelled));
        let found = of(requests.into()).expect("an answer").state;
        assert!(
            found.contains("new.csv") && found.contains("old.csv"),
            "{found}"
        );
        assert!(!found.contains("done.csv"), "{found}");
    }

    #[test]
    fn a_rejected_file_is_told_with_its_reason() {
        let rejected = Request {
            file: "incoming/unlabelled/r.csv".to_owned(),
            progress: Err("the file is empty".to_owned()),
        };
        let found = of(vec![rejected]).expect("an answer");
        assert!(
            found
                .waits_for
                .expect("a reason")
                .contains("the file is empty")
        );
    }
}
