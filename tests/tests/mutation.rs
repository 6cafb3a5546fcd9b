//! Every right of the template is needed, and by the calls that it is for.
//!
//! Scenarios run the handlers under the template's own roles and note every question that policies are asked. The
//! questions are asked again without one statement, one action or one resource of the template: at least one
//! answer must change, and only an answer that the missing part alone had allowed. What only the platform does in
//! an account is in a table of its own ([`platform`]).

mod live;
mod mutants;
mod platform;
mod policies;
mod scenarios;

use std::collections::BTreeSet;

use local_aws::authorization::Question;
use local_aws::iam::evaluate::{Decision, decide};

use crate::handlers::roles;
use mutants::Mutant;
use policies::Policies;

#[test]
fn without_any_one_right_of_the_template_the_calls_that_needed_it_fail_and_no_other() {
    let log = roles::collecting(scenarios::run);
    let mut questions = log.questions();
    questions.extend(scenarios::over_plain_http());
    let whole = Policies::of_template();
    let mutants = mutants::of(&whole);
    let mut wrong = Vec::new();
    for mutant in &mutants {
        let changed = changed(&whole, mutant, &questions);
        let others = changed.iter().filter(|question| !mutant.is_about(question));
        wrong.extend(others.map(|question| format!("{}: changes {question:?}", mutant.place)));
        match (changed.is_empty(), platform::has(mutant)) {
            (true, false) => wrong.push(format!("{}: nothing needs it", mutant.place)),
            (false, true) => {
                wrong.push(format!("{}: it is not the platform's alone", mutant.place))
            }
            _ => {}
        }
    }
    assert!(mutants.len() > 100, "only {} mutants", mutants.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The questions that have another answer under the mutant.
fn changed<'q>(whole: &Policies, mutant: &Mutant, questions: &'q [Question]) -> Vec<&'q Question> {
    let questions = questions.iter();
    let concerned = questions.filter(|question| mutant.subject.concerns(question));
    let is_allowed =
        |policies: &Policies, question| decide(policies, question) == Decision::Allowed;
    concerned
        .filter(|question| is_allowed(whole, question) != is_allowed(&mutant.policies, question))
        .collect()
}

#[test]
fn the_table_of_the_platforms_rights_has_no_row_that_the_template_has_not() {
    let whole = Policies::of_template();
    let mutants = mutants::of(&whole);
    let used: BTreeSet<&str> = mutants
        .iter()
        .flat_map(|mutant| &mutant.actions)
        .map(String::as_str)
        .collect();
    for row in platform::ALL {
        assert!(used.contains(row.action), "{} is in no policy", row.action);
        assert!(
            row.source.starts_with("https://docs.aws.amazon.com/"),
            "{}",
            row.action
        );
    }
}

#[test]
fn zz_greedy() {
    let whole = Policies::of_template();
    let mutants = mutants::of(&whole);
    let mut left: BTreeSet<usize> = (0..mutants.len()).collect();
    let mut covers = Vec::new();
    for (name, scenario) in crate::handlers::SCENARIOS {
        if name.contains("delivered") {
            continue;
        }
        let log = roles::collecting(|| {
            let start = std::time::Instant::now();
            scenario();
            eprintln!("TIME {name} {:?}", start.elapsed());
        });
        let questions = log.questions();
        for q in &questions {
            if decide(&whole, q) != Decision::Allowed {
                eprintln!(
                    "DENIED {name} {} {} {}",
                    q.principal.as_str(),
                    q.action,
                    q.resource
                );
            }
        }
        let covered: BTreeSet<usize> = mutants
            .iter()
            .enumerate()
            .filter(|(_, m)| !changed(&whole, m, &questions).is_empty())
            .map(|(i, _)| i)
            .collect();
        covers.push((*name, covered));
    }
    loop {
        let Some((name, best)) = covers
            .iter()
            .max_by_key(|(_, c)| c.intersection(&left).count())
        else {
            break;
        };
        let n = best.intersection(&left).count();
        if n == 0 {
            break;
        }
        eprintln!("GREEDY {name} {n}");
        left = left.difference(best).copied().collect();
    }
    for i in left {
        eprintln!(
            "LEFT {} platform={}",
            mutants[i].place,
            platform::has(&mutants[i])
        );
    }
}
