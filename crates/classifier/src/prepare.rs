//! `classifier prepare`: from a dataset version's parts to the channels of a training job.
//!
//! Rows of all parts are consolidated (a human label wins, then the newest), split by content and
//! written as shards of JSON Lines, Parquet or TFRecord, with a manifest of the files in each
//! part and a profile beside them. The same manifest gives the same bytes, and memory does not
//! grow with the dataset.
//!
//! Several instances share the rows by content when each is given all parts. Given some parts
//! each (`ShardedByS3Key`), they take these; a text that then comes in parts of different
//! instances still lands in one split part, but is consolidated by neither.

mod columns;
pub mod features;
pub mod instances;
mod limits;
pub mod parquet_file;
pub mod settings;
pub mod shards;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use bert::files::write_json;
use contracts::dataset::{
    DatasetManifest, Part, PreparedManifest, PreparedProfile, PreparedRow, Slice, SplitPart,
};
use dataset_rows::{Consolidation, parts, read_manifest};
use policy::consolidation::Consolidated;
use policy::split;
use policy::text::TextColumns;

use crate::bias;
use crate::channel::MANIFEST;
use crate::container::Container;
use features::Featurizer;
use instances::Instances;
use limits::Limits;
use settings::Settings;
use shards::Shards;

/// The outputs' names and what falls into them.
const PARTS: [(&str, SplitPart); 3] = [
    ("train", SplitPart::Train),
    ("validation", SplitPart::Validation),
    ("test", SplitPart::Test),
];

/// Runs the job.
pub fn run(container: &Container, settings: &Settings) -> Result<()> {
    run_within(container, settings, Limits::default())
}

fn run_within(container: &Container, settings: &Settings, limits: Limits) -> Result<()> {
    let manifest = read_manifest(&container.input("manifest"))?;
    ensure!(
        manifest.prepare_version == split::VERSION,
        "the manifest asks for prepare version {}, this program is version {}",
        manifest.prepare_version,
        split::VERSION
    );
    let instances = Instances::read(container)?;
    let pretrained = container.input("pretrained");
    let featurizer = Featurizer::new(settings, &pretrained, &manifest.labels)?;
    let consolidation = read(container, &manifest, &instances)?;
    let mut outputs = PARTS.map(|(name, _)| {
        Shards::new(
            container.output(name),
            instances.prefix(),
            settings.format,
            limits,
        )
    });
    let mut profile = PreparedProfile::default();
    let columns = TextColumns::of(&manifest.mapping);
    let mut chunk = Vec::new();
    let mut write = |rows: &mut Vec<(usize, PreparedRow)>| {
        let (places, rows): (Vec<usize>, Vec<PreparedRow>) = rows.drain(..).unzip();
        for (row, place) in rows.iter().zip(&places) {
            count(&mut profile, row, *place);
        }
        let mut rows = places.iter().zip(featurizer.columns(rows)?);
        rows.try_for_each(|(place, row)| outputs[*place].write(row))
    };
    let bias_settings = bias::step::Settings::from_env()?;
    ensure!(
        instances.is_alone() || bias_settings.columns().next().is_none(),
        "BIAS_FACETS: bias is measured where one instance has all rows"
    );
    let mut bias = bias::step::Step::new(bias_settings.clone(), false)?;
    let superseded = consolidation.finish(|row| {
        let place = output(&row.text);
        let facets = facets(&bias_settings, &manifest, &row);
        bias.add(&row.label, None, &facets)?;
        let prepared = PreparedRow {
            review_body: columns.joined(&row.context, &row.text),
            sentiment: row.label,
            row_hash: row.row_hash,
            slice: row.slice,
            category: row.category,
            facets: (!facets.is_empty())
                .then(|| serde_json::to_string(&facets))
                .transpose()?,
            inclusion_probability: row.inclusion_probability,
        };
        chunk.push((place, prepared));
        if chunk.len() < limits.rows_per_chunk {
            return Ok(());
        }
        write(&mut chunk)
    })?;
    write(&mut chunk)?;
    profile.superseded = superseded;
    for ((name, _), shards) in PARTS.iter().zip(outputs) {
        let prepared = PreparedManifest {
            dataset_version_id: manifest.id.clone(),
            split_version: split::VERSION,
            format: settings.format.extension().to_owned(),
            labels: manifest.labels.clone(),
            text_columns: columns.names().map(str::to_owned).collect(),
            files: shards.finish()?,
        };
        let rows = prepared.rows();
        ensure!(
            rows > 0 || !instances.is_alone(),
            "of {} rows none falls into the {name} part: the dataset is too small",
            manifest.rows()
        );
        let folder = container.output(name);
        fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
        let file = format!("{}{MANIFEST}", instances.prefix());
        write_json(&folder.join(file), &prepared)?;
        tracing::info!("{name}: {rows} rows");
    }
    let folder = container.output("profile");
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    let file = format!("{}profile.json", instances.prefix());
    write_json(&folder.join(file), &profile)?;
    bias.finish(&folder)
}

/// The row's values of the columns that bias is measured by.
fn facets(
    settings: &bias::step::Settings,
    manifest: &DatasetManifest,
    row: &Consolidated,
) -> BTreeMap<String, String> {
    let value = |column: &str| {
        let is_category = manifest.mapping.category_column.as_deref() == Some(column);
        let category = row.category.as_ref().filter(|_| is_category);
        let value = category.or_else(|| row.columns.get(column));
        Some((
            column.to_owned(),
            value.or_else(|| row.context.get(column))?.clone(),
        ))
    };
    settings.columns().filter_map(value).collect()
}

/// This instance's rows.
fn read(
    container: &Container,
    manifest: &DatasetManifest,
    instances: &Instances,
) -> Result<Consolidation> {
    let folder = container.input("parts");
    let mut parts: Vec<&Part> = manifest.parts.iter().collect();
    let mut shared = !instances.is_alone();
    let here = |part: &&Part| parts::path(&folder, part).is_file();
    if shared && !parts.iter().all(here) {
        tracing::warn!("this instance has only some parts: texts in others' are not consolidated");
        parts.retain(here);
        shared = false;
    }
    let bytes = parts::bytes(&folder, &parts)?;
    let mut consolidation = Consolidation::new(&container.scratch("consolidation"), bytes)?;
    parts::for_each(&folder, manifest, &parts, |row| {
        if shared && !instances.takes(&row.text) {
            return Ok(());
        }
        consolidation.add(&row)
    })?;
    Ok(consolidation)
}

/// The place in [`PARTS`] of a review's part: its context has no part in it.
fn output(text: &str) -> usize {
    let part = split::part(text);
    let place = PARTS.iter().position(|(_, wanted)| *wanted == part);
    place.expect("every part has an output")
}

fn count(profile: &mut PreparedProfile, row: &PreparedRow, place: usize) {
    let (name, part) = PARTS[place];
    let labels = profile.rows.entry(name.to_owned()).or_default();
    *labels.entry(row.sentiment.clone()).or_default() += 1;
    if part == SplitPart::Test && row.slice == Slice::Uncertain {
        profile.uncertain_test_rows += 1;
    }
    if let (SplitPart::Test, Some(probability)) = (part, row.inclusion_probability) {
        let rows = &mut profile.audited_test_rows;
        *rows.entry(probability.to_string()).or_default() += 1;
    }
}
