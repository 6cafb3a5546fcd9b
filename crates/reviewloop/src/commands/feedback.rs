use anyhow::bail;
use contracts::call::CallAnswer;
use contracts::inference::{FeedbackRequest, FeedbackResponse, Recorded};

use crate::account::Account;
use crate::arguments::Feedback;
use crate::output::Output;

/// Tells record-feedback what was learnt of an answer.
pub async fn feedback(
    account: &Account,
    feedback: &Feedback,
    output: &Output,
) -> anyhow::Result<()> {
    let truths = feedback.truths.iter();
    let truths = truths.map(|truth| Some(truth.clone()).filter(|truth| truth != "-"));
    let truths: Vec<_> = truths.collect();
    let request = FeedbackRequest {
        inference_id: feedback.inference_id.clone(),
        reward: feedback.reward,
        truths: (!truths.is_empty()).then_some(truths),
    };
    let recorded: FeedbackResponse = match account.invoke("record-feedback", &request).await? {
        CallAnswer::Response(response) => response,
        CallAnswer::Refusal(refusal) => bail!(refusal.message),
    };
    output.result(&recorded, || {
        let lines = [("reward", recorded.reward), ("truths", recorded.truths)];
        let lines = lines.iter().filter_map(|(name, recorded)| {
            Some(match (*recorded)? {
                Recorded::Recorded => format!("{name} recorded\n"),
                Recorded::Already => format!("{name} recorded before\n"),
            })
        });
        lines.collect()
    })
}
