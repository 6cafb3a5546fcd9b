//! `ID.csv`: every value in quotes, null is nothing.

use arrow::array::RecordBatch;
use datafusion::common::ScalarValue;

use super::column::ColumnInfo;
use super::print;
use crate::error::Result;

pub fn rows(columns: &[ColumnInfo], batches: &[RecordBatch]) -> Result<Vec<u8>> {
    let mut text = String::new();
    line(
        &mut text,
        columns.iter().map(|column| Some(column.name.clone())),
    );
    for batch in batches {
        for row in 0..batch.num_rows() {
            let value = |column: &arrow::array::ArrayRef| {
                print::text(&ScalarValue::try_from_array(column, row)?)
            };
            let values = batch
                .columns()
                .iter()
                .map(value)
                .collect::<datafusion::error::Result<Vec<_>>>()?;
            line(&mut text, values.into_iter());
        }
    }
    Ok(text.into_bytes())
}

fn line(text: &mut String, values: impl Iterator<Item = Option<String>>) {
    for (at, value) in values.enumerate() {
        if at > 0 {
            text.push(',');
        }
        if let Some(value) = value {
            text.push('"');
            text.push_str(&value.replace('"', "\"\""));
            text.push('"');
        }
    }
    text.push('\n');
}
