//! Pictures of a challenger that gets requests: its share, and what the guardrails measured of it.

use contracts::moment::Moment;
use report::{BandPoint, BandedCurve, CurvePanel, CurvePicture, Scale, Tone};
use rollout::guardrails::{ERRORS, GARBAGE, LATENCY, Limits, Measure, Measured};
use rollout::{Rollout, State};

/// Two points make the first line.
pub const LEAST: usize = 2;

pub fn pictures(rollout: &Rollout) -> Vec<CurvePicture> {
    let limits = Limits::default();
    let errors = Picture {
        title: "Requests that failed",
        description: "The share of the challenger's requests that failed, with its bounds.",
        y: "share of requests",
        scale: Scale::Share,
        mark: Some((
            format!("at most {:.0} %", 100.0 * limits.errors),
            limits.errors,
        )),
    };
    let latency = Picture {
        title: "The slowest answers",
        description: "Bounds of the time that 95 % of a model's answers take at most, and their middle.",
        y: "milliseconds",
        scale: Scale::Number,
        mark: None,
    };
    let garbage = Picture {
        title: "Unsure answers",
        description: "The share of calls with most texts below the threshold of the reviews, without a label, or not readable, with its bounds.",
        y: "share of calls",
        scale: Scale::Share,
        mark: None,
    };
    let watched = [(ERRORS, errors), (LATENCY, latency), (GARBAGE, garbage)];
    let watched = watched
        .into_iter()
        .filter_map(|(guard, picture)| measured(rollout, guard).map(|panel| picture.of(panel)));
    share(rollout).into_iter().chain(watched).collect()
}

struct Picture {
    title: &'static str,
    description: &'static str,
    y: &'static str,
    scale: Scale,
    mark: Option<(String, f64)>,
}

impl Picture {
    fn of(self, panel: CurvePanel) -> CurvePicture {
        CurvePicture {
            title: self.title.to_owned(),
            description: self.description.to_owned(),
            x: "hours since it began".to_owned(),
            y: self.y.to_owned(),
            scale: self.scale,
            panels: vec![panel],
            mark: self.mark,
        }
    }
}

/// In steps: a share stays until the next one.
fn share(rollout: &Rollout) -> Option<CurvePicture> {
    let last = match rollout.state {
        State::Ended { at, .. } => at,
        State::Active | State::Decided { .. } => rollout.watched.last()?.at,
    };
    let mut points = vec![(0.0, 0.0)];
    for shift in &rollout.shifts {
        let before = points.last().map_or(0.0, |(_, share)| *share);
        let at = hours(rollout, shift.at);
        points.extend([(at, before), (at, shift.share)]);
    }
    let share = points.last().map_or(0.0, |(_, share)| *share);
    points.push((hours(rollout, last), share));
    let points = points.into_iter().map(|(x, share)| BandPoint {
        x,
        low: share,
        middle: share,
        high: share,
    });
    let curve = curve("challenger", Tone::Warm, points.collect());
    let picture = Picture {
        title: "The challenger's share",
        description: "Of the requests. Guardrails let it grow, and a decision against the challenger ends it first.",
        y: "share of requests",
        scale: Scale::Share,
        mark: None,
    };
    let has_shared = rollout.shifts.iter().any(|shift| shift.share > 0.0);
    has_shared.then(|| picture.of(panel(vec![curve])))
}

/// `None` where it measured nothing twice.
fn measured(rollout: &Rollout, guard: &str) -> Option<CurvePanel> {
    let found: Vec<(f64, Measured)> = rollout
        .watched
        .iter()
        .filter_map(|watched| Some((hours(rollout, watched.at), *watched.measured.get(guard)?)))
        .collect();
    if found.len() < LEAST {
        return None;
    }
    let point = |x: f64, of: Measure| BandPoint {
        x,
        low: of.bounds.low,
        middle: of.value,
        high: of.bounds.high,
    };
    let challenger = found.iter().map(|(x, of)| point(*x, of.challenger));
    let champion = found
        .iter()
        .filter_map(|(x, of)| Some(point(*x, of.champion?)));
    let champion: Vec<BandPoint> = champion.collect();
    let mut curves = vec![curve("challenger", Tone::Warm, challenger.collect())];
    if champion.len() >= LEAST {
        curves.push(curve("champion", Tone::Cool, champion));
    }
    Some(panel(curves))
}

fn panel(curves: Vec<BandedCurve>) -> CurvePanel {
    CurvePanel {
        title: String::new(),
        curves,
    }
}

fn curve(name: &str, tone: Tone, points: Vec<BandPoint>) -> BandedCurve {
    BandedCurve {
        name: name.to_owned(),
        tone,
        is_dashed: false,
        points,
    }
}

fn hours(rollout: &Rollout, at: Moment) -> f64 {
    (at.0 - rollout.started_at.0) as f64 / 3_600_000.0
}
