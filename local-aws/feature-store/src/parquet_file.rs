//! Rows of a group as a Parquet file: a column for each feature, and the three that every offline store has.

use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::feature::{Feature, FeatureType};
use super::waiting::Row;
use local_core::timestamp::Timestamp;

/// One column's value in one row.
enum Cell<'a> {
    Text(&'a str),
    Integer(i64),
    Number(f64),
    Flag(bool),
}

type Cells<'a> = Vec<Option<Cell<'a>>>;

pub fn bytes(
    features: &[Feature],
    rows: &[Row],
    write_time: Timestamp,
) -> Result<Vec<u8>, ParquetError> {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    let properties = Arc::new(properties.build());
    let mut file = SerializedFileWriter::new(Vec::new(), schema(features)?, properties)?;
    let mut group = file.next_row_group()?;
    for cells in columns(features, rows, write_time) {
        let mut column = group.next_column()?.expect("the schema has these columns");
        write(column.untyped(), &cells)?;
        column.close()?;
    }
    group.close()?;
    file.into_inner()
}

fn schema(features: &[Feature]) -> Result<TypePtr, ParquetError> {
    let time = (Physical::INT64, ConvertedType::TIMESTAMP_MILLIS);
    let own = [
        ("write_time", time),
        ("api_invocation_time", time),
        ("is_deleted", (Physical::BOOLEAN, ConvertedType::NONE)),
    ];
    let of_features = features.iter().map(|feature| {
        let kind = match feature.kind {
            FeatureType::String => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
            FeatureType::Integral => (Physical::INT64, ConvertedType::NONE),
            FeatureType::Fractional => (Physical::DOUBLE, ConvertedType::NONE),
        };
        (feature.name.as_str(), kind)
    });
    let fields = of_features.chain(own).map(|(name, (physical, converted))| {
        let field = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_converted_type(converted);
        field.build().map(Arc::new)
    });
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    let record = Type::group_type_builder("record").with_fields(fields);
    Ok(Arc::new(record.build()?))
}

/// In the schema's order.
fn columns<'a>(
    features: &'a [Feature],
    rows: &'a [Row],
    write_time: Timestamp,
) -> impl Iterator<Item = Cells<'a>> {
    let of_features = features.iter().map(|feature| {
        let cells = rows.iter().map(|row| cell(feature, row));
        cells.collect()
    });
    let own = |cell: &dyn Fn(&Row) -> Cell<'a>| rows.iter().map(|row| Some(cell(row))).collect();
    let own: [Cells<'a>; 3] = [
        own(&|_| Cell::Integer(write_time.millis())),
        own(&|row| Cell::Integer(row.received.millis())),
        own(&|row| Cell::Flag(row.is_deleted)),
    ];
    of_features.chain(own)
}

/// A value was checked when it came: what does not read is no value of its feature.
fn cell<'a>(feature: &Feature, row: &'a Row) -> Option<Cell<'a>> {
    let text = row.values.get(&feature.name)?;
    match feature.kind {
        FeatureType::String => Some(Cell::Text(text)),
        FeatureType::Integral => text.parse().ok().map(Cell::Integer),
        FeatureType::Fractional => text.parse().ok().map(Cell::Number),
    }
}

fn write(to: &mut ColumnWriter<'_>, cells: &Cells) -> Result<(), ParquetError> {
    let there: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    let there = Some(there.as_slice());
    let cells = cells.iter().flatten();
    match to {
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let texts: Vec<ByteArray> = cells.filter_map(Cell::text).collect();
            writer.write_batch(&texts, there, None)?;
        }
        ColumnWriter::Int64ColumnWriter(writer) => {
            let integers: Vec<i64> = cells.filter_map(Cell::integer).collect();
            writer.write_batch(&integers, there, None)?;
        }
        ColumnWriter::DoubleColumnWriter(writer) => {
            let numbers: Vec<f64> = cells.filter_map(Cell::number).collect();
            writer.write_batch(&numbers, there, None)?;
        }
        ColumnWriter::BoolColumnWriter(writer) => {
            let flags: Vec<bool> = cells.filter_map(Cell::flag).collect();
            writer.write_batch(&flags, there, None)?;
        }
        _ => unreachable!("the schema has four types"),
    }
    Ok(())
}

impl Cell<'_> {
    fn text(&self) -> Option<ByteArray> {
        match self {
            Self::Text(text) => Some(ByteArray::from(*text)),
            _ => None,
        }
    }

    fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            _ => None,
        }
    }
}
