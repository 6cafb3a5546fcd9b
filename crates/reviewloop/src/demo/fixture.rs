//! A finished demo with made-up numbers, for the tests of what is made from one.

use std::path::PathBuf;

use contracts::prediction::{Prediction, Review};
use contracts::verdict::Decision;

use super::data::Source;
use super::done::Done;
use super::reviewers::HumanReview;
use super::traffic::Traffic;
use super::turn::Turn;
use crate::arguments::Reviewers;
use crate::fixture;

pub fn done() -> Done {
    let prediction = |confidence| Prediction {
        label: Some("1".to_owned()),
        confidence: Some(confidence),
        review: Review::NotNeeded,
        inclusion_probability: None,
        error: None,
    };
    Done {
        source: Source {
            name: "the bundled generator".to_owned(),
            synthetic: true,
            rows: 3000,
            withheld: 600,
        },
        turns: vec![turn(Decision::Approved)],
        traffic: Some(Traffic {
            predictions: vec![prediction(0.6), prediction(0.95)],
            milliseconds: vec![12.0, 30.0],
        }),
        review: Some(HumanReview {
            reviewers: Reviewers::Simulated,
            texts: 40,
            answers: 66,
            labels: 40,
            uncertain: 30,
            audited: 10,
        }),
        threshold: 0.9,
        has_rollout: true,
        audit_rate: 0.02,
        margin: Some(0.10),
        endpoint: "reviewloop".to_owned(),
        ended_early: None,
        seconds: 93.0,
        report: PathBuf::from("report.html"),
    }
}

pub fn turn(decision: Decision) -> Turn {
    let evidence = fixture::evidence(decision);
    let dataset = evidence.dataset.as_ref().expect("set");
    let verdict = evidence
        .model
        .as_ref()
        .and_then(|model| model.verdict.clone());
    Turn {
        manifest: dataset.manifest.clone(),
        model_package_arn: "arn:package/1".to_owned(),
        verdict: verdict.expect("set"),
        evidence,
    }
}
