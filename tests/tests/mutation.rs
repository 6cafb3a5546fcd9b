//! Every right of the template is needed, and by the calls that it is for.
//!
//! Scenarios run the handlers under the template's own roles and note every question that policies are asked. The
//! questions are asked again without one statement, one action, one resource or one condition of a denial: at least one
//! answer must change, and only an answer that the missing part alone had allowed. What only the platform does in
//! an account is in a table of its own ([`platform`]).

mod live;
mod mutants;
mod platform;
mod policies;
mod scenarios;

use local_aws::authorization::Question;
use local_aws::iam::evaluate::{Decision, decide};

use crate::handlers::roles;
use mutants::Mutant;
use policies::Policies;

#[test]
fn without_any_one_right_of_the_template_the_calls_that_needed_it_fail_and_no_other() {
    let log = roles::collecting(scenarios::run);
    let mut questions = log.questions();
    // A scenario makes its own user pool; the template's policies as they are mutated name one that stands for it.
    for question in &mut questions {
        if question.resource.contains(":userpool/") {
            question.resource = roles::POOL.to_owned();
        }
    }
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
    for row in platform::ALL {
        let mut of_role = mutants
            .iter()
            .filter(|mutant| mutant.subject.is_role(row.role));
        let is_used =
            of_role.any(|mutant| mutant.actions.iter().any(|action| action == row.action));
        let (action, source) = (row.action, row.source);
        assert!(
            is_used,
            "{action} ({source}) is in no policy of {}",
            row.role
        );
    }
}
