//! The offline store: rows that wait, as Parquet files in S3.
//!
//! Source of the layout: the SageMaker developer guide, "Amazon SageMaker Feature Store offline store data format".

use std::collections::BTreeMap;

use super::config::OfflineStoreConfig;
use super::group::FeatureGroup;
use super::parquet_file;
use super::waiting::{self, Row};
use local_core::authorization::Question;
use local_core::names;
use local_core::store::{Blob, Tx};
use local_core::timestamp::Timestamp;
use local_core::{Cloud, Principal};
use time::OffsetDateTime;

/// The most rows that are written at once: what is held in memory.
const MOST_ROWS: usize = 5_000;

/// An object that is to be.
struct File {
    key: String,
    blob: Blob,
}

/// Writes the rows that wait for a group; the reason why it cannot.
pub fn write(cloud: &Cloud, region: &str, group: &FeatureGroup) -> Result<(), String> {
    let Some(offline) = &group.offline else {
        return Ok(());
    };
    while write_some(cloud, region, group, offline)? {}
    Ok(())
}

/// Whether SageMaker may assume the group's role, and the role may write there.
pub fn check(cloud: &Cloud, group: &FeatureGroup) -> Result<(), String> {
    let Some(offline) = &group.offline else {
        return Ok(());
    };
    let (bucket, prefix) = place(offline);
    if !cloud.store.read(|tx| local_s3::has_bucket(tx, bucket)) {
        return Err(format!("The bucket {bucket} does not exist"));
    }
    let role = group.role_arn.as_deref().unwrap_or_default();
    let trust = |tx: &Tx| cloud.check_trust(tx, role, "sagemaker.amazonaws.com");
    cloud.store.read(trust).map_err(|error| error.message)?;
    let principal = Principal::role(role, "SageMaker");
    let resource = format!("arn:aws:s3:::{bucket}/{prefix}/*");
    let question = Question::new(&principal, "s3:PutObject", &resource);
    cloud.authorize(&question).map_err(|denial| denial.message)
}

/// Objects and the end of the rows' waiting are one transaction. Answers whether more rows may be due.
fn write_some(
    cloud: &Cloud,
    region: &str,
    group: &FeatureGroup,
    offline: &OfflineStoreConfig,
) -> Result<bool, String> {
    check(cloud, group)?;
    // Features that were added with the rows stand in this reading's group.
    let (group, rows) = cloud.store.read(|tx| {
        let group = FeatureGroup::find(tx, region, &group.name).unwrap_or(group.clone());
        let rows = waiting::first(tx, region, &group, MOST_ROWS);
        (group, rows)
    });
    let (bucket, prefix) = place(offline);
    let files = files(cloud, &group, &rows, prefix)?;
    cloud.store.write(|tx| {
        for file in &files {
            let put = local_s3::put_blob(tx, cloud, bucket, &file.key, &file.blob);
            put.map_err(|failure| failure.to_string())?;
        }
        waiting::take((cloud, tx), region, &group, &rows);
        Ok::<_, String>(())
    })?;
    Ok(rows.len() == MOST_ROWS)
}

/// Bucket and prefix of the rows.
fn place(offline: &OfflineStoreConfig) -> (&str, &str) {
    local_s3::parse_uri(offline.location()).expect("an s3:// URI was asked for")
}

/// A file for each hour of event time.
fn files(
    cloud: &Cloud,
    group: &FeatureGroup,
    rows: &[(String, Row)],
    prefix: &str,
) -> Result<Vec<File>, String> {
    let mut hours: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for (_, row) in rows {
        let folder = folder(row.event_time.time());
        hours.entry(folder).or_default().push(row.clone());
    }
    let write_time = Timestamp::now(&cloud.world);
    let files = hours.into_iter().map(|(folder, rows)| {
        let bytes = parquet_file::bytes(&group.features, &rows, write_time);
        let bytes = bytes.map_err(|error| error.to_string())?;
        let newest = rows.iter().map(|row| row.event_time).max();
        let stamp = stamp(newest.unwrap_or(write_time).time());
        let signs = names::random(cloud.world.dice("feature-store/file"), 16);
        Ok(File {
            key: format!("{prefix}/{folder}/{stamp}_{signs}.parquet"),
            blob: local_s3::store_bytes(cloud, &bytes).map_err(|error| error.to_string())?,
        })
    });
    files.collect()
}

fn folder(time: OffsetDateTime) -> String {
    let (year, month, day) = (time.year(), u8::from(time.month()), time.day());
    let hour = time.hour();
    format!("year={year:04}/month={month:02}/day={day:02}/hour={hour:02}")
}

fn stamp(time: OffsetDateTime) -> String {
    let (date, month) = (time.date(), u8::from(time.month()));
    let (hour, minute, second) = time.time().as_hms();
    let (year, day) = (date.year(), date.day());
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}
