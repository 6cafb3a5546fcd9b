//! Rows go through buckets and a Parquet file and come out as they were.

use std::collections::BTreeMap;
use std::fs::File;

use contracts::dataset::{Context, Origin, Row};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, RowAccessor};
use policy::consolidation::{Consolidated, consolidate};

use crate::{Consolidation, RowsFile};

fn row(number: usize) -> Row {
    let columns = match number % 3 {
        0 => BTreeMap::new(),
        _ => BTreeMap::from([
            ("Age".to_owned(), (20 + number % 50).to_string()),
            ("Rating".to_owned(), "5".to_owned()),
        ]),
    };
    let origin = [Origin::Upload, Origin::Audit, Origin::Uncertain][number % 3];
    Row {
        // Some texts come again.
        text: format!("Text {}", number % 700),
        context: Context::from([("Title".to_owned(), format!("T{number}"))]),
        label: (number % 2).to_string(),
        category: number.is_multiple_of(5).then(|| "Blouses".to_owned()),
        columns,
        origin,
        human: origin != Origin::Upload,
        inclusion_probability: (origin == Origin::Audit).then_some(0.02),
    }
}

fn consolidated(buckets: u64) -> Vec<Consolidated> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("rows");
    let mut consolidation = Consolidation::with_buckets(&folder, buckets).unwrap();
    (0..1000).for_each(|number| consolidation.add(&row(number)).unwrap());
    let mut found = Vec::new();
    let superseded = consolidation.finish(|row| {
        found.push(row);
        Ok(())
    });
    assert_eq!(superseded.unwrap(), 300);
    assert!(!folder.exists());
    found
}

#[test]
fn any_number_of_buckets_gives_what_memory_gives() {
    let expected = consolidate((0..1000).map(row));
    assert_eq!(consolidated(1), expected);
    assert_eq!(consolidated(7), expected);
}

#[test]
fn a_parquet_file_holds_every_row_with_its_columns() {
    let rows = consolidated(1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.parquet");
    let mut file = RowsFile::create(&path).unwrap();
    rows.iter().for_each(|row| file.write(row.clone()).unwrap());
    file.finish().unwrap();
    let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
    let found: Vec<_> = reader
        .get_row_iter(None)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(found.len(), rows.len());
    for (found, row) in found.iter().zip(&rows) {
        assert_eq!(found.get_string(0).unwrap(), &row.row_hash);
        assert_eq!(found.get_string(1).unwrap(), &row.text);
        assert_eq!(found.get_string(2).unwrap(), &row.label);
        assert_eq!(found.get_string(3).ok(), row.category.as_ref());
        assert_eq!(found.get_bool(7).unwrap(), row.human);
        assert_eq!(
            u64::try_from(found.get_long(9).unwrap()),
            Ok(row.occurrences)
        );
        for (place, expected) in [(10, &row.context), (11, &row.columns)] {
            let entries = found.get_map(place).unwrap().entries().iter();
            let text = |field: &Field| match field {
                Field::Str(text) => text.clone(),
                other => panic!("{other:?} is no text"),
            };
            let entries = entries.map(|(key, value)| (text(key), text(value)));
            assert_eq!(&entries.collect::<BTreeMap<_, _>>(), expected);
        }
    }
}

#[test]
fn names_in_the_file_are_those_of_the_parts() {
    use contracts::dataset::{Slice, SplitPart};
    let spelled = |value: serde_json::Value| value.as_str().unwrap().to_owned();
    for origin in [Origin::Upload, Origin::Audit, Origin::Uncertain] {
        let expected = spelled(serde_json::to_value(origin).unwrap());
        assert_eq!(crate::parquet_file::origin_name(origin), expected);
    }
    for slice in [Slice::Gate, Slice::Uncertain] {
        let expected = spelled(serde_json::to_value(slice).unwrap());
        assert_eq!(crate::parquet_file::slice_name(slice), expected);
    }
    for part in [SplitPart::Train, SplitPart::Validation, SplitPart::Test] {
        let expected = spelled(serde_json::to_value(part).unwrap());
        assert_eq!(part.name(), expected);
    }
}
