use super::*;

const TEXT: &str = "1..4@300;2=cron(0 7 ? * MON-FRI *);1=cron(0 19 ? * MON-FRI *)";

fn scaling(text: &str) -> Scaling {
    text.parse().unwrap()
}

fn names(variants: &[&str]) -> Vec<String> {
    variants.iter().map(|&name| name.to_owned()).collect()
}

/// Application Auto Scaling after the calls.
fn after(mut targets: Vec<Target>, calls: Vec<(String, Call)>) -> Vec<Target> {
    for (variant, call) in calls {
        if let Call::Register(bounds) = call
            && !targets.iter().any(|target| target.variant == variant)
        {
            targets.push(Target {
                variant,
                bounds,
                tracking: None,
                scheduled: Vec::new(),
            });
            continue;
        }
        let place = targets.iter().position(|target| target.variant == variant);
        let place = place.expect("a target is registered before anything else");
        let target = &mut targets[place];
        match call {
            Call::Deregister => drop(targets.remove(place)),
            Call::Register(bounds) => target.bounds = bounds,
            Call::Track(tracking) => target.tracking = Some(tracking),
            Call::Schedule(new) => {
                target.scheduled.retain(|it| it.name != new.name);
                target.scheduled.push(new);
            }
            Call::Unschedule { name } => target.scheduled.retain(|it| it.name != name),
        }
    }
    targets
}

#[test]
fn any_setting_converges_on_any_other_wherever_it_was_left_off() {
    let settings = [
        "1..1@300",
        "1..4@300",
        "2..3@60",
        TEXT,
        "1..4@300;3=rate(1 day)",
    ];
    let endpoints = [names(&["champion"]), names(&["champion", "challenger"])];
    for first in settings {
        for second in settings {
            for variants in &endpoints {
                let begun = scaling(first).calls(&endpoints[1], &[]);
                for done in 0..=begun.len() {
                    let left = after(Vec::new(), begun[..done].to_vec());
                    let second = scaling(second);
                    let calls = second.calls(variants, &left);
                    let found = after(left, calls);
                    assert_eq!(second.calls(variants, &found), [], "{first} {second}");
                }
            }
        }
    }
}

#[test]
fn every_variant_has_a_target_and_two_lose_no_instances() {
    let scaling = scaling("1..4@300");
    let tracking = |keeps| Tracking {
        requests: 300.0,
        scale_out_cooldown: Some(60),
        scale_in_cooldown: Some(300),
        keeps,
    };
    let alone = scaling.calls(&names(&["champion"]), &[]);
    let champion = || "champion".to_owned();
    let bounds = Bounds { fewest: 1, most: 4 };
    let expected = [
        (champion(), Call::Register(bounds)),
        (champion(), Call::Track(tracking(false))),
    ];
    assert_eq!(alone, expected);
    let found = after(Vec::new(), alone);
    let pair = scaling.calls(&names(&["champion", "challenger"]), &found);
    assert_eq!(pair[0], (champion(), Call::Track(tracking(true))));
    assert_eq!(pair.len(), 3, "{pair:?}");
    // Alone again.
    let found = after(found, pair);
    let back = scaling.calls(&names(&["champion"]), &found);
    assert_eq!(back, [(champion(), Call::Track(tracking(false)))]);
}

#[test]
fn what_a_schedule_has_set_is_left_alone() {
    let scaling = scaling(TEXT);
    let variants = names(&["champion"]);
    let mut found = after(Vec::new(), scaling.calls(&variants, &[]));
    for (fewest, differs) in [(1, false), (2, false), (3, true)] {
        found[0].bounds.fewest = fewest;
        assert_eq!(
            !scaling.calls(&variants, &found).is_empty(),
            differs,
            "{fewest}"
        );
    }
}

#[test]
fn a_target_is_in_the_way_where_its_variant_goes_or_changes_its_type() {
    let targets = after(
        Vec::new(),
        scaling("1..4@300").calls(&names(&["champion", "challenger"]), &[]),
    );
    let types = |of: &[(&str, &str)]| {
        let of = of
            .iter()
            .map(|(name, it)| ((*name).to_owned(), (*it).to_owned()));
        of.collect::<BTreeMap<_, _>>()
    };
    let both = types(&[("champion", "a"), ("challenger", "a")]);
    for (before, after, expected) in [
        (&both, &both, &[] as &[&str]),
        (&both, &types(&[("champion", "a")]), &["challenger"]),
        (
            &both,
            &types(&[("champion", "b")]),
            &["champion", "challenger"],
        ),
        // What is not known is taken for changed.
        (&types(&[]), &both, &["champion", "challenger"]),
    ] {
        assert_eq!(in_the_way(&targets, before, after), expected);
    }
}

#[test]
fn scaling_reads_as_it_is_written() {
    for text in ["1..1@300", TEXT] {
        assert_eq!(scaling(text).to_string(), text);
    }
    assert_eq!(scaling("1..1@300;").noted(), None);
    assert_eq!(scaling("1..2@300;").noted(), Some("1..2@300".to_owned()));
    for text in [
        "",
        "4",
        "1..4",
        "0..4@300",
        "3..2@300",
        "1..2@0",
        "1..2@300;3=rate(1 day)",
        "1..2@9;x",
    ] {
        assert!(text.parse::<Scaling>().is_err(), "{text}");
    }
}
