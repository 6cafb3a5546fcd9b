use proptest::prelude::*;

use super::*;

#[track_caller]
fn close(found: f64, expected: f64) {
    let error = (found / expected - 1.0).abs();
    assert!(error < 1e-8, "{found} is not {expected}");
}

fn counted(count: u64, of: u64) -> Counted {
    Counted { count, of }
}

/// scipy 1.17.1: `hypergeom.sf(x - 1, n + m, k + x, m)`. `betabinom.sf(x - 1, m, k + 1, n - k)` gives the same numbers to
/// eight digits, and to six in the last, where it loses some.
#[test]
fn the_upper_tail_is_scipys() {
    for (k, n, x, m, expected) in [
        (0, 7828, 3, 783, 0.000_749_221_273_831_721_7),
        (0, 7828, 12, 15_656, 0.007_696_519_363_283_916),
        (1270, 7828, 160, 783, 0.001_844_028_677_439_712_8),
        (1270, 7828, 2700, 15_656, 0.025_275_532_786_325_2),
        (5, 40, 9, 30, 0.066_090_054_540_200_32),
        (7820, 7828, 15_656, 15_656, 0.000_152_052_617_756_837_37),
        (3914, 7828, 8000, 15_656, 0.057_790_047_551_381_13),
        (
            250_000,
            1_000_000,
            252_000,
            1_000_000,
            0.000_557_019_337_365_658_7,
        ),
    ] {
        close(as_many(counted(k, n), counted(x, m)), expected);
    }
}

/// scipy 1.17.1: `betabinom.cdf(x, m, k, n - k + 1)`.
#[test]
fn the_lower_tail_is_scipys() {
    for (k, n, x, m, expected) in [
        (1270, 7828, 90, 783, 0.000_210_872_082_656_445_92),
        (39, 40, 20, 30, 0.000_580_646_554_145_625_6),
        (10, 7828, 0, 15_656, 1.687_027_514_793_337e-5),
    ] {
        close(as_few(counted(k, n), counted(x, m)), expected);
    }
}

/// scipy 1.17.1: `binom.sf(x - 1, k + x, w)` with the weight w of the second of two files: twice as long (squared, 4/5),
/// a tenth as long (1/11).
#[test]
fn the_tail_of_repeats_is_scipys() {
    let exposure = |rows| Exposure {
        rows,
        sampled_share: 1.0,
    };
    for (k, before, x, now, expected) in [
        (1, 500, 8, 1000, 0.436_207_616_000_000_24),
        (0, 1000, 3, 100, 0.000_751_314_800_901_577_8),
        (40, 500, 90, 1000, 0.998_747_351_645_804_3),
    ] {
        close(
            as_many_repeats(k, exposure(before), x, exposure(now)),
            expected,
        );
    }
}

#[test]
fn what_was_seen_everywhere_or_nowhere_is_no_surprise_again() {
    for of in [1, 30, 1_000_000] {
        close(as_many(counted(0, 50), counted(0, of)), 1.0);
        close(as_many(counted(50, 50), counted(of, of)), 1.0);
        close(as_few(counted(0, 50), counted(0, of)), 1.0);
    }
    close(as_many(counted(0, 0), counted(3, 5)), 1.0);
}

proptest! {
    #[test]
    fn bounds_are_the_last_counts_that_are_not_improbable(
        n in 1u64..400, share in 0.0f64..=1.0, m in 1u64..400, alpha in 1e-6f64..0.2
    ) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of n")]
        let baseline = counted((share * n as f64) as u64, n);
        let (low, high) = (least(baseline, m, alpha), most(baseline, m, alpha));
        prop_assert!(low <= high);
        prop_assert!(as_many(baseline, counted(high, m)) >= alpha);
        prop_assert!(as_few(baseline, counted(low, m)) >= alpha);
        prop_assert!(high == m || as_many(baseline, counted(high + 1, m)) < alpha);
        prop_assert!(low == 0 || as_few(baseline, counted(low - 1, m)) < alpha);
    }

    /// The guarantee itself: over all ways to part the rows into two files, a count beyond its bound has at most alpha.
    #[test]
    fn a_sound_file_breaks_its_bound_in_at_most_alpha_of_all_orders(
        n in 1u64..120, m in 1u64..120, marked in 0u64..240, alpha in 1e-4f64..0.2
    ) {
        let marked = marked.min(n + m);
        let probability = |x: u64| hypergeometric_tail(x, n + m, marked, m)
            - hypergeometric_tail(x + 1, n + m, marked, m);
        let possible = marked.saturating_sub(n)..=marked.min(m);
        let broken: f64 = possible
            .filter(|&x| x > most(counted(marked - x, n), m, alpha))
            .map(probability)
            .sum();
        prop_assert!(broken <= alpha + 1e-9, "{broken}");
    }
}
