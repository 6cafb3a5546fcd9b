use super::*;

/// A name, and the answer to a text of this number and truth.
type Member<'a> = (&'a str, fn(usize, usize) -> usize);

fn reviewed<'a>(tasks: &[Task<'a>]) -> Vec<(&'a str, usize, bool)> {
    let answers = read(tasks);
    let qualities = reviewers(&answers);
    let short = |quality: &Quality<'a>| {
        (
            quality.reviewer,
            quality.answers,
            quality.suspicion.is_some(),
        )
    };
    qualities.iter().map(short).collect()
}

/// Texts of every label in turn, each answered by everybody.
fn tasks<'a>(texts: usize, reviewers: &[Member<'a>]) -> Vec<Task<'a>> {
    (0..texts)
        .map(|number| {
            let truth = number % 3;
            let answer = |(name, of): &Member<'a>| (*name, LABELS[of(number, truth)]);
            task(&reviewers.iter().map(answer).collect::<Vec<_>>())
        })
        .collect()
}

/// Wrong about every seventh text.
fn honest(number: usize, truth: usize) -> usize {
    if number % 7 == 3 {
        (truth + 1) % 3
    } else {
        truth
    }
}

/// Wrong about others.
fn also_honest(number: usize, truth: usize) -> usize {
    if number % 7 == 5 {
        (truth + 2) % 3
    } else {
        truth
    }
}

fn flawless(_: usize, truth: usize) -> usize {
    truth
}

fn always(_: usize, _: usize) -> usize {
    2
}

/// In a cycle that has nothing to do with the truth's.
fn clicks(number: usize, _: usize) -> usize {
    number / 3 % 3
}

#[test]
fn who_clicks_is_told_from_who_errs_with_the_explanation() {
    let crowd: [Member; 5] = [
        ("ann", honest),
        ("bob", also_honest),
        ("cem", flawless),
        ("dan", clicks),
        ("eve", always),
    ];
    let tasks = tasks(63, &crowd);
    let answers = read(&tasks);
    let qualities = reviewers(&answers);
    let explanation = |place: usize| qualities[place].suspicion.map(|found| found.explanation);
    for honest in &qualities[..3] {
        assert_eq!(honest.suspicion, None, "{honest:?}");
    }
    assert_eq!(explanation(3), Some(Explanation::Uniform));
    assert_eq!(explanation(4), Some(Explanation::Always("1")));
    for (place, truth) in [
        (0, 6.0 / 7.0),
        (1, 6.0 / 7.0),
        (2, 1.0),
        (3, 1.0 / 3.0),
        (4, 1.0 / 3.0),
    ] {
        let Quality {
            accuracy, interval, ..
        } = qualities[place];
        assert!((accuracy - truth).abs() < 0.05, "{:?}", qualities[place]);
        assert!(interval.low < accuracy && accuracy < interval.high);
    }
}

#[test]
fn of_two_or_three_who_contradict_each_other_nobody_is_accused() {
    let crowd: [Member; 3] = [("ann", flawless), ("dan", clicks), ("eve", always)];
    for crowd in [&crowd[..1], &crowd[..2], &crowd[1..], &crowd] {
        let found = reviewed(&tasks(300, crowd));
        assert_eq!(found.len(), crowd.len());
        for (name, answers, accused) in found {
            assert_eq!((answers, accused), (300, false), "{name}");
        }
    }
}

#[test]
fn a_wide_margin_needs_more_than_a_few_answers() {
    let crowd: [Member; 4] = [
        ("ann", honest),
        ("bob", also_honest),
        ("cem", flawless),
        ("dan", clicks),
    ];
    let accused = |texts| reviewed(&tasks(texts, &crowd))[3].2;
    assert!(!accused(9));
    assert!(accused(60));
}

#[test]
fn with_one_label_nobody_can_be_told_from_anybody() {
    let tasks = vec![task(&[("ann", "1"), ("bob", "1"), ("cem", "1"), ("dan", "1")]); 200];
    let answers = Answers::new(&["1"], &tasks).unwrap();
    for quality in reviewers(&answers) {
        assert_eq!((quality.answers, quality.suspicion), (200, None));
    }
}
