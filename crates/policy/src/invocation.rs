//! Reads a request to predict, and words the errors that its caller gets.

use std::ops::Range;

use contracts::prediction::PredictRequest;

use crate::text::{Reviewed, TextColumns};

/// Bytes in one call of the endpoint. A serverless endpoint takes 4 MB, one with instances more:
/// the smaller bound holds for both, so that a change of kind breaks no caller.
pub const MAXIMUM_BYTES: usize = 4_000_000;
/// Texts in one call: at 64 tokens each well within the endpoint's 60 seconds.
pub const MAXIMUM_TEXTS: usize = 500;

/// In HTTP's terms; the message is a sentence for the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Trouble {
    pub status: u16,
    pub message: String,
    /// Where the same request may succeed later.
    pub retry_after_seconds: Option<u32>,
}

impl Trouble {
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            retry_after_seconds: None,
        }
    }

    fn later(seconds: u32, message: impl Into<String>) -> Self {
        Self {
            retry_after_seconds: Some(seconds),
            ..Self::new(503, message)
        }
    }

    /// SageMaker knows no endpoint of the name that is in service.
    pub fn no_endpoint() -> Self {
        Self::later(
            60,
            "there is no endpoint yet: a model version must be approved",
        )
    }

    pub fn timed_out() -> Self {
        Self::new(
            504,
            "the model took longer than the endpoint's 60 seconds: send fewer or shorter texts",
        )
    }

    /// The same request will be refused again.
    pub fn is_the_callers(&self) -> bool {
        (400..500).contains(&self.status)
    }
}

const EXPECTED: &str = "the request must be {\"texts\": [...]} or {\"reviews\": [{...}]}";

/// A request that cannot be parsed.
pub fn malformed(reason: &str) -> Trouble {
    Trouble::new(400, format!("{EXPECTED}: {reason}"))
}

/// The reviews of a request, or its mistake. A text is a review without context.
pub fn reviews(request: PredictRequest, columns: &TextColumns) -> Result<Vec<Reviewed>, Trouble> {
    let PredictRequest { texts, reviews, .. } = request;
    if !texts.is_empty() && !reviews.is_empty() {
        let message = "the request has both texts and reviews: send one call for each";
        return Err(Trouble::new(400, message));
    }
    acceptable(texts.len() + reviews.len())?;
    let texts = texts.into_iter().map(|text| Ok(Reviewed::from(text)));
    let reviews = reviews.into_iter().enumerate().map(|(place, fields)| {
        let at = |reason| Trouble::new(400, format!("reviews[{place}]: {reason}"));
        columns.apart(fields).map_err(at)
    });
    texts.chain(reviews).collect()
}

/// Checks the number of texts before the endpoint is called.
fn acceptable(texts: usize) -> Result<(), Trouble> {
    match texts {
        0 => Err(Trouble::new(400, EXPECTED)),
        1..=MAXIMUM_TEXTS => Ok(()),
        more => Err(Trouble::new(
            413,
            format!("{more} texts in one call, at most {MAXIMUM_TEXTS} are taken: send several"),
        )),
    }
}

/// `bytes` is the whole body that the endpoint would get.
pub fn fits(bytes: usize) -> Result<(), Trouble> {
    if bytes <= MAXIMUM_BYTES {
        return Ok(());
    }
    Err(Trouble::new(
        413,
        format!(
            "the texts make {bytes} bytes, the endpoint takes {MAXIMUM_BYTES}: send several calls"
        ),
    ))
}

/// Where a list of lines is cut into calls, by the lines' bytes.
pub fn calls(lines: impl IntoIterator<Item = usize>) -> Vec<Range<usize>> {
    let mut calls: Vec<Range<usize>> = Vec::new();
    let mut bytes = 0;
    for (place, line) in lines.into_iter().enumerate() {
        bytes += line;
        match calls.last_mut() {
            Some(call) if call.len() < MAXIMUM_TEXTS && bytes <= MAXIMUM_BYTES => {
                call.end = place + 1;
            }
            _ => {
                bytes = line;
                calls.push(place..place + 1);
            }
        }
    }
    calls
}

/// The error that the model's container answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelAnswer<'a> {
    pub status: u16,
    pub message: &'a str,
}

/// By InvokeEndpoint's error code and message.
pub fn trouble(code: &str, message: &str, model: Option<ModelAnswer>) -> Trouble {
    const LATER: [&str; 7] = [
        "InternalDependency",
        "InternalFailure",
        "LimitExceeded",
        "ModelNotReady",
        "ServiceUnavailable",
        "Throttl",
        "TooManyRequests",
    ];
    if let Some(model) = model {
        let said = model.message;
        return match model.status {
            _ if message.contains("timed out") => Trouble::timed_out(),
            429 | 503 => Trouble::later(5, "the model has too many requests waiting"),
            413 => Trouble::new(413, format!("the model takes less at a time: {said}")),
            400..=499 => Trouble::new(400, format!("the model refused the request: {said}")),
            504 => Trouble::timed_out(),
            // The container's message may quote the texts, and a direct Invoke logs this sentence.
            status => Trouble::new(
                502,
                format!("the model answered {status}: the endpoint's log has the reason"),
            ),
        };
    }
    if code.starts_with("Validation") && message.contains("not found") {
        return Trouble::no_endpoint();
    }
    if code.is_empty() || LATER.iter().any(|part| code.contains(part)) {
        return Trouble::later(5, "the endpoint is busy, or cannot be reached for a moment");
    }
    Trouble::new(502, format!("the endpoint refused the call: {code}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(code: &str, message: &str, status: u16, retries: bool) {
        let trouble = trouble(code, message, None);
        assert_eq!(trouble.status, status, "{code} {message}");
        assert_eq!(trouble.retry_after_seconds.is_some(), retries, "{code}");
    }

    #[test]
    fn what_passes_is_503_with_a_time_and_what_does_not_is_explained() {
        check(
            "ValidationError",
            "Endpoint e of account 1 not found.",
            503,
            true,
        );
        check("ThrottlingException", "Rate exceeded", 503, true);
        check("ServiceUnavailable", "", 503, true);
        check("ModelNotReadyException", "", 503, true);
        check("", "", 503, true);
        check("AccessDeniedException", "no", 502, false);
        let unknown = trouble("AccessDeniedException", "no", None);
        assert!(
            unknown.message.contains("AccessDeniedException"),
            "{unknown}"
        );
    }

    #[test]
    fn the_models_own_answers_keep_their_sense() {
        for (status, message, expected, retries) in [
            (
                0,
                "Your invocation timed out while waiting for a response",
                504,
                false,
            ),
            (503, "Received server error (503)", 503, true),
            (413, "Received client error (413)", 413, false),
            (400, "Received client error (400)", 400, false),
            (500, "Received server error (500)", 502, false),
        ] {
            let model = ModelAnswer {
                status,
                message: "why",
            };
            let trouble = trouble("ModelError", message, Some(model));
            assert_eq!(trouble.status, expected, "{status}");
            assert_eq!(trouble.retry_after_seconds.is_some(), retries, "{status}");
            // Trouble that is not the caller's is logged.
            assert!(trouble.is_the_callers() || !trouble.message.contains("why"));
        }
    }

    fn columns() -> TextColumns {
        TextColumns::new(["Title", "Review Text"].map(str::to_owned).into()).unwrap()
    }

    fn read(request: serde_json::Value) -> Result<Vec<Reviewed>, Trouble> {
        let request = serde_json::from_value(request);
        let request = request.map_err(|error| malformed(&error.to_string()))?;
        reviews(request, &columns())
    }

    #[test]
    fn texts_and_reviews_with_a_title_are_the_same_kind_of_question() {
        let titled = Reviewed {
            context: [("Title".to_owned(), "Nice".to_owned())].into(),
            text: "Soft".to_owned(),
        };
        let request =
            json!({"reviews": [{"Title": "Nice", "Review Text": "Soft"}, {"Review Text": "Hard"}]});
        let hard = Reviewed::from("Hard".to_owned());
        assert_eq!(read(request), Ok(vec![titled, hard.clone()]));
        assert_eq!(read(json!({"texts": ["Hard"]})), Ok(vec![hard]));
    }

    #[test]
    fn a_field_that_is_missing_or_unknown_is_named_with_its_review() {
        let text = json!({"Review Text": "Soft"});
        let refused = |request, reason: &str| {
            let trouble = read(request).unwrap_err();
            assert_eq!(trouble.status, 400);
            assert!(trouble.message.contains(reason), "{trouble}");
        };
        refused(
            json!({"reviews": [text, {"Title": "Nice"}]}),
            r#"reviews[1]: the field "Review Text" is missing"#,
        );
        refused(
            json!({"reviews": [{"Titel": "Nice", "Review Text": "Soft"}]}),
            r#"reviews[0]: "Titel" is none of the text columns ["Title", "Review Text"]"#,
        );
        refused(
            json!({"texts": ["Soft"], "reviews": [text]}),
            "both texts and reviews",
        );
        refused(json!({}), "the request must be");
        // The list under the unknown name would be lost.
        refused(json!({"texts": ["Soft"], "review": [text]}), "`review`");
    }

    #[test]
    fn a_long_list_is_cut_into_calls_that_each_fit() {
        assert_eq!(calls([]), []);
        assert_eq!(calls([7; MAXIMUM_TEXTS + 1]), [0..500, 500..501]);
        let half = MAXIMUM_BYTES / 2;
        assert_eq!(calls([half, half, 1, half, half]), [0..2, 2..4, 4..5]);
    }

    #[test]
    fn too_much_is_the_callers_and_is_said_before_the_call() {
        assert_eq!(acceptable(0).unwrap_err().status, 400);
        assert_eq!(acceptable(MAXIMUM_TEXTS), Ok(()));
        assert_eq!(acceptable(MAXIMUM_TEXTS + 1).unwrap_err().status, 413);
        assert_eq!(fits(MAXIMUM_BYTES), Ok(()));
        let refused = fits(MAXIMUM_BYTES + 1).unwrap_err();
        assert!(refused.status == 413 && refused.is_the_callers());
        assert!(!Trouble::timed_out().is_the_callers());
    }
}
