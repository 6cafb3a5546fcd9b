//! The report: values in, one HTML page out.
//!
//! The page is one file: its style is inline, its plots are inline SVG, and it runs no script, so
//! it can be mailed, archived and printed as it is. It knows nothing of AWS: the measuring program
//! fills in [`Report`] and calls [`render`], [`ChartPage`] and [`render_charts`], [`BiasPage`] and [`render_bias`], [`StudyPage`] and [`render_study`], or
//! [`PicturePage`] and [`render_pictures`], whose drawings are files of their own too. [`render_curves`] draws a picture
//! for pages of others, and [`document`] is a page in the same style for markup of others.

mod bias;
mod charts;
mod curves;
pub mod format;
mod markup;
mod page;
mod pictures;
mod plot;
mod sheet;
mod study;
mod values;
mod whiskers;

pub use bias::{BiasPage, render_bias};
pub use charts::{Chart, ChartPage, Line, Mark, Table, render_charts};
pub use curves::render_curves;
pub use markup::escape;
pub use page::render;
pub use pictures::{
    Axis, Bar, Bars, Bins, Boxes, Card, Dot, Dots, Drawing, PicturePage, PictureSection, Shade,
    Source, Spread, Stack, Stacks, render_pictures,
};
pub use sheet::document;
pub use study::{
    CoordinateAxis, CoordinateKind, CoordinateLine, Coordinates, NotedTable, StudyPage,
    render_study,
};
pub use values::{
    Balance, BandPoint, BandedCurve, BiasPicture, BiasSection, BiasState, BiasValue, Calibration,
    CalibrationBin, Candidate, Check, Class, ClassScores, Confidences, Confusion, CoveragePoint,
    CurvePanel, CurvePicture, Dataset, Epoch, Evaluation, Gate, Interval, Latency, McNemar, People,
    Provenance, Reliability, Report, Rollout, Scale, Series, Slice, TellingWord, TellingWords,
    Timing, Tone, Training, Truncation, Turn, Verdict,
};
pub use whiskers::{Unit, Whisker, Whiskers};

#[cfg(test)]
mod tests;
