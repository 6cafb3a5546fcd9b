use rollout::{Rollout, State, sentence};

use super::answer::{Answer, done, waits};

/// The comparison that runs, or ran last.
pub fn answer(rollout: &Rollout) -> Answer {
    let state = format!(
        "version {} over version {}: {}",
        rollout.challenger.number,
        rollout.champion.number,
        sentence::stands(rollout)
    );
    let evidence = rollout.last().map(|_| sentence::seen(rollout));
    let answer = match &rollout.state {
        State::Active => waits(state, sentence::missing(rollout)),
        State::Decided { .. } => waits(state, "the registry does not say so yet"),
        State::Ended { end, .. } if end.asks_person() => {
            let version = rollout.challenger.number;
            let asks =
                format!("a person decides: reviewloop approve {version} --reason WHY, or reject");
            waits(state, asks)
        }
        State::Ended { .. } => done(state),
    };
    Answer { evidence, ..answer }
}
