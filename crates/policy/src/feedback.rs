//! Reads what is said of a captured answer, and words the errors that its caller gets.

use contracts::inference::FeedbackRequest;

use crate::invocation::Trouble;

/// Days for which a captured answer is kept, and feedback of it taken.
pub const DAYS: u32 = 90;

const EXPECTED: &str =
    "the request must be {\"inference_id\": \"...\"} with \"reward\": 0 or 1, or \"truths\": [...]";

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    pub reward: Option<bool>,
    pub truths: Option<Vec<Option<String>>>,
}

/// A request that names an answer and says something of it.
pub fn read(request: serde_json::Result<FeedbackRequest>) -> Result<FeedbackRequest, Trouble> {
    let request = request.map_err(|error| Trouble::new(400, format!("{EXPECTED}: {error}")))?;
    if request.reward.is_none() && request.truths.is_none() {
        return Err(Trouble::new(400, EXPECTED));
    }
    let id = &request.inference_id;
    // It becomes part of a key.
    let is_id = id.len() == 36 && id.chars().all(|it| it.is_ascii_hexdigit() || it == '-');
    if is_id {
        Ok(request)
    } else {
        let message = format!("{id:?} is no inference id: take it from predict's answer");
        Err(Trouble::new(400, message))
    }
}

/// Of an answer to so many texts.
pub fn check(
    request: FeedbackRequest,
    texts: usize,
    labels: &[String],
) -> Result<Feedback, Trouble> {
    let reward = request.reward.map(|reward| match reward {
        0.0 => Ok(false),
        1.0 => Ok(true),
        other => Err(Trouble::new(
            400,
            format!("a reward is 0 or 1, not {other}"),
        )),
    });
    if let Some(truths) = &request.truths {
        if truths.len() != texts {
            let message = format!(
                "{} truths for an answer to {texts} texts: null stands for one that is not known",
                truths.len()
            );
            return Err(Trouble::new(400, message));
        }
        for (place, truth) in truths.iter().enumerate() {
            if let Some(truth) = truth.as_ref().filter(|truth| !labels.contains(truth)) {
                let labels = labels.join(", ");
                let message = format!("truths[{place}]: {truth:?} is none of the labels {labels}");
                return Err(Trouble::new(400, message));
            }
        }
    }
    Ok(Feedback {
        reward: reward.transpose()?,
        truths: request.truths,
    })
}

/// What two lists of truths of one answer say together; `None` where they contradict each other.
pub fn merged(before: &[Option<String>], told: &[Option<String>]) -> Option<Vec<Option<String>>> {
    let pairs = before.iter().zip(told);
    let merged = pairs.map(|(before, told)| match (before, told) {
        (Some(before), Some(told)) if before != told => None,
        (before, told) => Some(before.as_ref().or(told.as_ref()).cloned()),
    });
    merged.collect()
}

/// No answer of that id is kept.
pub fn unknown(id: &str) -> Trouble {
    let message = format!(
        "no answer {id} is kept: answers are captured where DataCapture is all or Rollout is bandit, and kept for {DAYS} days"
    );
    Trouble::new(404, message)
}

/// Recorded was something else.
pub fn another(kind: &str, id: &str) -> Trouble {
    Trouble::new(
        409,
        format!("another {kind} was recorded of the answer {id}"),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "019acd3e-5b0c-7cc0-9d3a-0a1b2c3d4e5f";

    fn given(mut request: Value) -> Result<Feedback, Trouble> {
        if request.get("inference_id").is_none() {
            request["inference_id"] = ID.into();
        }
        let labels = ["-1", "0", "1"].map(str::to_owned);
        check(read(serde_json::from_value(request))?, 2, &labels)
    }

    #[test]
    fn a_reward_and_truths_are_taken_together_or_alone() {
        let both = given(json!({"reward": 1, "truths": ["-1", null]})).unwrap();
        assert_eq!(both.reward, Some(true));
        assert_eq!(both.truths, Some(vec![Some("-1".to_owned()), None]));
        assert_eq!(given(json!({"reward": 0.0})).unwrap().reward, Some(false));
    }

    #[test]
    fn truths_are_completed_and_not_changed() {
        let of = |truths: [Option<&str>; 2]| truths.map(|truth| truth.map(str::to_owned));
        let before = of([Some("1"), None]);
        assert_eq!(merged(&before, &before), Some(before.to_vec()));
        let both = of([Some("1"), Some("0")]);
        assert_eq!(merged(&before, &of([None, Some("0")])), Some(both.to_vec()));
        assert_eq!(merged(&before, &of([Some("0"), None])), None);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_its_place() {
        for (request, named) in [
            (json!({}), "with \"reward\""),
            (json!({"reward": 0.5}), "not 0.5"),
            (json!({"reward": -1}), "not -1"),
            (json!({"reward": "yes"}), "invalid type"),
            (json!({"rewards": 1}), "unknown field `rewards`"),
            (
                json!({"truths": ["1"]}),
                "1 truths for an answer to 2 texts",
            ),
            (
                json!({"truths": ["1", "7"]}),
                "truths[1]: \"7\" is none of the labels -1, 0, 1",
            ),
            (
                json!({"inference_id": "../../state/pin", "reward": 1}),
                "no inference id",
            ),
        ] {
            let trouble = given(request).unwrap_err();
            assert_eq!(trouble.status, 400);
            assert!(trouble.message.contains(named), "{trouble}");
        }
    }
}
