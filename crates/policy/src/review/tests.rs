use time::Duration;
use time::macros::datetime;

use super::*;

const NOON: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

const BUDGET: Budget = Budget {
    threshold: 0.9,
    rate: 1.0,
    audit_rate: 0.0,
};

fn of_any_label(budget: &Budget, text: &str, confidence: f64) -> Ask {
    ask(budget, &Frequent::default(), text, "1", confidence)
}

#[test]
fn low_confidence_is_asked_and_high_is_not() {
    assert_eq!(of_any_label(&BUDGET, "text", 0.89), Ask::Uncertain);
    assert_eq!(of_any_label(&BUDGET, "text", 0.90), Ask::No);
    assert_eq!(of_any_label(&BUDGET, "text", f64::NAN), Ask::Uncertain);
}

#[test]
fn the_budget_draws_by_hash_and_the_audit_before_it() {
    let half = Budget {
        rate: 0.5,
        ..BUDGET
    };
    let asked = (0..1000).filter(|n| of_any_label(&half, &format!("t{n}"), 0.1) != Ask::OverBudget);
    assert!((420..580).contains(&asked.count()));
    let all = Budget {
        audit_rate: 1.0,
        ..BUDGET
    };
    let audit = Ask::Audit {
        inclusion_probability: 1.0,
    };
    assert_eq!(of_any_label(&all, "text", 0.1), audit);
    assert_eq!(of_any_label(&all, "text", 0.99), audit);
}

fn met(counts: &[(&str, usize)]) -> ReviewDay {
    let counts = counts
        .iter()
        .map(|(label, met)| ((*label).to_owned(), *met));
    ReviewDay {
        audited_as: counts.collect(),
        ..ReviewDay::default()
    }
}

#[test]
fn a_label_that_the_audit_met_more_often_than_its_share_is_asked_for_the_audit_alone() {
    let days = [met(&[("1", 20), ("0", 3)]), met(&[("1", 8), ("-1", 5)])];
    let frequent = Frequent::of(&days, 3);
    let of = |label, confidence| ask(&BUDGET, &frequent, "text", label, confidence);
    assert_eq!(of("1", 0.5), Ask::Frequent);
    assert_eq!(of("1", 0.95), Ask::No);
    assert_eq!(of("0", 0.5), Ask::Uncertain);
    assert_eq!(of("-1", 0.5), Ask::Uncertain);
    assert_eq!(of("never met", 0.5), Ask::Uncertain);
    let all = Budget {
        audit_rate: 1.0,
        ..BUDGET
    };
    let audit = Ask::Audit {
        inclusion_probability: 1.0,
    };
    assert_eq!(ask(&all, &frequent, "text", "1", 0.5), audit);
}

#[test]
fn no_label_is_frequent_before_the_audit_met_one_and_never_all_are() {
    assert_eq!(Frequent::of(&[], 3), Frequent::default());
    let even = [met(&[("1", 4), ("0", 4), ("-1", 4)])];
    assert_eq!(Frequent::of(&even, 3), Frequent::default());
    let first = Frequent::of(&[met(&[("1", 1)])], 3);
    assert!(first.has("1") && !first.has("0"));
}

#[test]
fn the_audit_has_places_of_its_own_and_ends_with_the_first_text_that_finds_none() {
    let caps = Caps::new(10, 0.25, 0.02).unwrap();
    assert_eq!(caps, Caps { all: 10, audit: 3 });
    let mut day = ReviewDay::default();
    let mut grant = |origin, wanted| caps.grant(&mut day, origin, wanted, NOON);
    assert_eq!(grant(Origin::Uncertain, 100), 7);
    assert_eq!(grant(Origin::Uncertain, 1), 0);
    assert_eq!(grant(Origin::Audit, 2), 2);
    assert_eq!(grant(Origin::Audit, 1), 1);
    assert_eq!(
        day.audit_closed_at, None,
        "full, and no question was turned away"
    );
    assert_eq!(caps.grant(&mut day, Origin::Audit, 1, NOON), 0);
    assert_eq!(
        caps.grant(&mut day, Origin::Audit, 1, NOON + Duration::HOUR),
        0
    );
    assert_eq!(day.audit_closed_at, Some(NOON));
    assert_eq!((day.asked, day.audited), (10, 3));
    for (all, share, audit) in [(1, 0.25, 1), (0, 0.25, 0), (9, 1.0, 9)] {
        assert_eq!(Caps::new(all, share, 0.02), Ok(Caps { all, audit }));
    }
}

#[test]
fn without_a_rate_the_audit_has_no_share_and_a_rate_without_a_share_is_refused() {
    for share in [0.0, 0.25, 1.0] {
        assert_eq!(Caps::new(9, share, 0.0), Ok(Caps { all: 9, audit: 0 }));
    }
    let refused = Caps::new(9, 0.0, 0.02).unwrap_err();
    assert!(refused.contains("AuditShare is 0 and AuditRate is 0.02"));
}

#[test]
fn questions_asked_again_leave_the_audits_share_whole_unless_it_is_the_whole_cap() {
    let caps = Caps::new(10, 0.25, 0.02).unwrap();
    let mut day = ReviewDay::default();
    assert_eq!(caps.grant(&mut day, caps.again(), 50, NOON), 7);
    assert_eq!(caps.left(&day, Origin::Audit), 3);
    assert_eq!(day.audit_closed_at, None);
    let all = Caps::new(10, 1.0, 0.02).unwrap();
    assert_eq!(all.again(), Origin::Audit);
}

#[test]
fn a_text_longer_than_a_review_is_not_asked_about() {
    let longest = "é".repeat(MAXIMUM_CHARACTERS);
    let mut review = Reviewed::from(longest);
    assert_eq!(unreadable(&review), None);
    review.context.insert("Title".to_owned(), "x".to_owned());
    let reason = unreadable(&review).unwrap();
    assert!(reason.contains("100001 characters"), "{reason}");
    // A control character takes six bytes of JSON, more than any other.
    let worst = serde_json::to_string(&"\u{1}".repeat(MAXIMUM_CHARACTERS)).unwrap();
    assert!(worst.len() < 3 * 1024 * 1024, "what A2I takes");
}

/// A day: a busy morning of hard texts, then an easy rest. The model is sure of what it gets right,
/// mostly.
struct Text {
    text: String,
    confidence: f64,
    correct: bool,
}

fn day_of_texts(day: usize) -> Vec<Text> {
    let make = |n: usize, accuracy: f64| {
        let text = format!("review {n} of day {day}");
        let correct = fraction("truth", &text) < accuracy;
        let sure = fraction("sure", &text) < if correct { 0.8 } else { 0.3 };
        Text {
            confidence: if sure { 0.95 } else { 0.5 },
            correct,
            text,
        }
    };
    let morning = (0..3000).map(|n| make(n, 0.6));
    morning.chain((3000..5000).map(|n| make(n, 0.95))).collect()
}

const SAMPLED: Budget = Budget {
    threshold: 0.9,
    rate: 1.0,
    audit_rate: 0.02,
};

fn accuracy<'a>(texts: impl IntoIterator<Item = &'a Text>) -> f64 {
    let (mut correct, mut all) = (0.0, 0.0);
    for text in texts {
        correct += f64::from(u8::from(text.correct));
        all += 1.0;
    }
    correct / all
}

/// The texts that the audit asks about on one day, and those among which it drew.
fn audit(texts: &[Text], caps: Caps) -> (Vec<&Text>, &[Text]) {
    let mut day = ReviewDay::default();
    let (mut audited, mut frame) = (Vec::new(), texts.len());
    for (place, text) in texts.iter().enumerate() {
        match of_any_label(&SAMPLED, &text.text, text.confidence) {
            Ask::Audit { .. } => {
                if caps.grant(&mut day, Origin::Audit, 1, NOON) == 1 {
                    audited.push(text);
                } else {
                    frame = frame.min(place);
                }
            }
            Ask::Uncertain => {
                caps.grant(&mut day, Origin::Uncertain, 1, NOON);
            }
            Ask::No | Ask::Frequent | Ask::OverBudget => {}
        }
    }
    (audited, &texts[..frame])
}

/// The rule until now: one cap for all questions, first come, first served.
fn shared_cap(texts: &[Text], cap: usize) -> Vec<&Text> {
    let mut asked = 0;
    let mut audited = Vec::new();
    for text in texts {
        let reason = of_any_label(&SAMPLED, &text.text, text.confidence);
        if matches!(reason, Ask::Audit { .. } | Ask::Uncertain) && asked < cap {
            asked += 1;
            if reason != Ask::Uncertain {
                audited.push(text);
            }
        }
    }
    audited
}

const DAYS: usize = 40;

#[test]
fn after_a_busy_morning_the_audit_still_estimates_the_whole_days_accuracy() {
    let days: Vec<_> = (0..DAYS).map(day_of_texts).collect();
    let truth = accuracy(days.iter().flatten());
    assert!((truth - 0.74).abs() < 0.01, "{truth}");
    // Room for 150 of the 100 expected a day: it never runs out.
    let caps = Caps::new(600, 0.25, 0.02).unwrap();
    let audits: Vec<_> = days.iter().map(|texts| audit(texts, caps)).collect();
    let frames = audits.iter().zip(&days);
    assert!(
        frames
            .clone()
            .all(|((_, frame), texts)| frame.len() == texts.len())
    );
    let sample: Vec<&Text> = audits
        .into_iter()
        .flat_map(|(audited, _)| audited)
        .collect();
    // 4,000 draws have a standard error of 0.007.
    let error = (truth * (1.0 - truth) / sample.len() as f64).sqrt();
    let estimate = accuracy(sample.iter().copied());
    assert!(
        (estimate - truth).abs() < 3.0 * error,
        "{estimate} for {truth}"
    );
    // Its share of hard, doubtful texts is the traffic's too.
    let doubts = |texts: &mut dyn Iterator<Item = &Text>| {
        let (mut doubts, mut all) = (0.0, 0.0);
        for text in texts {
            doubts += f64::from(u8::from(text.confidence < 0.9));
            all += 1.0;
        }
        doubts / all
    };
    let (drawn, all) = (
        doubts(&mut sample.iter().copied()),
        doubts(&mut days.iter().flatten()),
    );
    assert!((drawn - all).abs() < 0.025, "{drawn} for {all}");

    // With one cap for all, the morning's doubts take the day's places, and the sample is the
    // morning's.
    let before: Vec<_> = days
        .iter()
        .flat_map(|texts| shared_cap(texts, 600))
        .collect();
    let biased = accuracy(before.iter().copied());
    let error = (truth * (1.0 - truth) / before.len() as f64).sqrt();
    assert!(truth - biased > 5.0 * error, "{biased} for {truth}");
}

#[test]
fn on_a_day_that_outruns_the_share_the_sample_is_of_the_traffic_until_then() {
    let days: Vec<_> = (0..DAYS).map(day_of_texts).collect();
    let caps = Caps::new(320, 0.25, 0.02).unwrap();
    let audits: Vec<_> = days.iter().map(|texts| audit(texts, caps)).collect();
    let short = audits.iter().zip(&days);
    let short = short.filter(|((_, frame), texts)| frame.len() < texts.len());
    assert!(short.count() > DAYS / 2, "the share runs out on most days");
    let frame = accuracy(audits.iter().flat_map(|(_, frame)| *frame));
    let sample: Vec<&Text> = audits
        .into_iter()
        .flat_map(|(audited, _)| audited)
        .collect();
    let estimate = accuracy(sample.iter().copied());
    let error = (frame * (1.0 - frame) / sample.len() as f64).sqrt();
    assert!(
        (estimate - frame).abs() < 3.0 * error,
        "{estimate} for {frame}"
    );
}

#[test]
fn loops_without_an_answer_are_bounded_and_those_with_one_are_not_counted() {
    assert!(ask_again(2, 0, 3));
    assert!(!ask_again(3, 0, 3));
    assert!(ask_again(3, 1, 3));
    assert!(ask_again(9, 7, 3));
    assert!(!ask_again(9, 6, 3));
}

#[test]
fn a_loop_that_was_stopped_for_others_is_asked_again_and_any_other_is_a_persons_decision() {
    let update = Stopper::Update { asked: "arn" };
    assert_eq!(stopper(Some("arn"), "review-portal/s"), update);
    assert_eq!(stopper(Some("arn"), "arn"), Stopper::Person);
    assert_eq!(stopper(None, "arn"), Stopper::Person);
}
