//! More rows than a chunk, a row group or a shard takes.

use std::fs::{self, File};

use contracts::dataset::PreparedManifest;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::{Container, Format, container, many, run, with_features};
use crate::prepare::limits::Limits;
use crate::prepare::run_within;
use crate::rows::{self, Object};

/// A chunk ends within a shard, and a shard within a row group.
const LIMITS: Limits = Limits {
    rows_per_chunk: 5,
    rows_per_group: 4,
    rows_per_shard: 9,
};

/// Sixty rows, some with a category, and the features of a tokenizer.
fn laid_out(folder: &std::path::Path) -> Container {
    let mut rows = many();
    for row in rows.iter_mut().step_by(3) {
        row.category = Some("Dresses".to_owned());
    }
    let container = container(folder, &[rows]);
    let model = crate::testing::folder();
    model.write(&container.input("pretrained")).unwrap();
    container
}

/// Each file of the train part: its name and its rows.
fn files(container: &Container) -> Vec<(String, Vec<Object>)> {
    let folder = container.output("train");
    let manifest = fs::read(folder.join("manifest.json")).unwrap();
    let manifest: PreparedManifest = serde_json::from_slice(&manifest).unwrap();
    let file = |file: contracts::dataset::PreparedFile| {
        let mut found = Vec::new();
        rows::for_each(&folder.join(&file.name), |_, row| {
            found.push(row);
            Ok(true)
        })
        .unwrap();
        assert_eq!(file.rows, found.len() as u64, "{}", file.name);
        (file.name, found)
    };
    manifest.files.into_iter().map(file).collect()
}

#[test]
fn every_row_beyond_a_chunk_a_row_group_and_a_shard_is_read_back() {
    for format in [Format::Jsonl, Format::Parquet, Format::Tfrecord] {
        let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let [large, small] = folders.each_ref().map(|folder| laid_out(folder.path()));
        run(&large, &with_features(format)).unwrap();
        run_within(&small, &with_features(format), LIMITS).unwrap();
        let ([(_, expected)], found) = (&files(&large)[..], files(&small)) else {
            panic!("the default limits make one file of sixty rows");
        };
        assert!(expected.len() > 30, "{}", expected.len());
        for (number, (name, rows)) in found.iter().enumerate() {
            assert_eq!(*name, format!("part-{number:05}.{}", format.extension()));
            assert!(rows.len() == 9 || number + 1 == found.len(), "{name}");
        }
        let rows: Vec<&Object> = found.iter().flat_map(|(_, rows)| rows).collect();
        assert_eq!(rows, expected.iter().collect::<Vec<_>>(), "{format:?}");
        assert!(rows.iter().any(|row| row.contains_key("category")));
    }
}

#[test]
fn a_parquet_file_has_a_row_group_for_each_of_so_many_rows() {
    let folder = tempfile::tempdir().unwrap();
    let container = laid_out(folder.path());
    run_within(&container, &with_features(Format::Parquet), LIMITS).unwrap();
    let file = File::open(container.output("train").join("part-00000.parquet")).unwrap();
    let file = SerializedFileReader::new(file).unwrap();
    let groups = file.metadata().row_groups().iter();
    let rows: Vec<i64> = groups.map(|group| group.num_rows()).collect();
    assert_eq!(rows, [4, 4, 1]);
}
