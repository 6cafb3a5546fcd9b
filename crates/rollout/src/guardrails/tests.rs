use policy::random::SplitMix64;

use super::*;

fn of(count: u64, of: u64) -> Counted {
    Counted { count, of }
}

fn latencies(count: u64, scale: f64, seed: u64) -> Vec<f64> {
    let mut random = SplitMix64(seed);
    // Exponential, as waiting times are.
    let draw = |_| -scale * (((random.draw() >> 11) as f64 + 1.0) / (1u64 << 53) as f64).ln();
    let mut values: Vec<f64> = (0..count).map(draw).collect();
    values.sort_by(f64::total_cmp);
    values
}

#[track_caller]
fn check(finding: &Finding, expected: Health) {
    assert_eq!(finding.health, expected, "{}", finding.reason);
}

fn latency_of(limits: &Limits, challenger: &[f64], champion: &[f64]) -> Finding {
    let [challenger, champion] = [challenger, champion].map(|sorted| Latency::of(sorted, limits));
    latency(limits, challenger, champion)
}

#[test]
fn without_traffic_nothing_is_fine() {
    let limits = Limits::default();
    check(&errors(&limits, of(0, 0)), Health::Unknown);
    check(&errors(&limits, of(0, 99)), Health::Unknown);
    check(
        &latency_of(&limits, &[], &latencies(900, 1.0, 1)),
        Health::Unknown,
    );
    check(
        &latency_of(&limits, &latencies(900, 1.0, 1), &[]),
        Health::Unknown,
    );
    check(&garbage(&limits, of(0, 900), of(0, 0)), Health::Unknown);
    let few = errors(&limits, of(1, 20));
    assert_eq!(few.reason, "too few to say: 20 requests of 100");
}

#[test]
fn errors_are_breached_when_the_sequence_lies_above_the_limit() {
    let limits = Limits::default();
    check(&errors(&limits, of(0, 100)), Health::Fine);
    check(&errors(&limits, of(2, 100)), Health::Fine);
    check(&errors(&limits, of(100, 100)), Health::Breached);
    check(&errors(&limits, of(12, 100)), Health::Breached);
    check(&errors(&limits, of(200, 10_000)), Health::Breached);
    // All of the first requests fail: nobody waits for a hundred.
    check(&errors(&limits, of(30, 30)), Health::Breached);
}

#[test]
fn the_challenger_is_slow_beside_the_champion_and_not_by_itself() {
    let limits = Limits::default();
    let at = |scale| latencies(2000, scale, 7);
    check(&latency_of(&limits, &at(100.0), &at(100.0)), Health::Fine);
    check(&latency_of(&limits, &at(130.0), &at(100.0)), Health::Fine);
    check(
        &latency_of(&limits, &at(250.0), &at(100.0)),
        Health::Breached,
    );
    check(&latency_of(&limits, &at(25.0), &at(10.0)), Health::Breached);
    // Right but slow: 120 requests suffice if the difference is large.
    check(
        &latency_of(&limits, &latencies(120, 9000.0, 3), &at(100.0)),
        Health::Breached,
    );
    // The champion's slowest are not bounded yet, so nobody is slower.
    check(
        &latency_of(
            &limits,
            &latencies(120, 9000.0, 3),
            &latencies(120, 100.0, 7),
        ),
        Health::Unknown,
    );
}

#[test]
fn a_collapse_of_confidence_is_garbage() {
    let limits = Limits::default();
    check(&garbage(&limits, of(30, 200), of(30, 200)), Health::Fine);
    check(&garbage(&limits, of(60, 200), of(30, 200)), Health::Fine);
    check(
        &garbage(&limits, of(200, 200), of(30, 200)),
        Health::Breached,
    );
    // The champion is as unsure: then it is the texts.
    check(&garbage(&limits, of(190, 200), of(190, 200)), Health::Fine);
}

/// A true error rate at the limit, looked at after every hundred requests.
#[test]
fn a_guardrail_is_seldom_breached_by_chance() {
    let limits = Limits::default();
    let mut breached = 0;
    for seed in 0..300 {
        let mut random = SplitMix64(seed);
        let mut seen = of(0, 0);
        let breaches = (0..20).any(|_| {
            seen.count += (0..100).filter(|_| random.below(100) == 0).count() as u64;
            seen.of += 100;
            errors(&limits, seen).health == Health::Breached
        });
        breached += usize::from(breaches);
    }
    assert!(breached <= 3, "{breached} of 300");
}
