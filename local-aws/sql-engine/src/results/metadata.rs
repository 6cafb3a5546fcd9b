//! `ID.csv.metadata`: a message of protocol buffers, one field for each column. The layout is that of the files which
//! Athena writes; clients read it at most for the columns' names and types.

use super::ColumnInfo;

/// The file's field with a column.
const COLUMN: u64 = 4;

pub fn encode(columns: &[ColumnInfo]) -> Vec<u8> {
    let mut file = Vec::new();
    for column in columns {
        let mut message = Vec::new();
        bytes(&mut message, 1, b"hive");
        bytes(&mut message, 4, column.name.as_bytes());
        bytes(&mut message, 5, column.label.as_bytes());
        bytes(&mut message, 6, column.kind.as_bytes());
        number(&mut message, 7, column.precision.into());
        number(&mut message, 8, column.scale.into());
        // 1 is NOT_NULL, 2 NULLABLE, 3 UNKNOWN.
        number(&mut message, 9, 3);
        bytes(&mut file, COLUMN, &message);
    }
    file
}

fn bytes(message: &mut Vec<u8>, field: u64, value: &[u8]) {
    // Wire type 2: a length and so many bytes.
    varint(message, field << 3 | 2);
    varint(message, value.len() as u64);
    message.extend_from_slice(value);
}

fn number(message: &mut Vec<u8>, field: u64, value: u64) {
    varint(message, field << 3);
    varint(message, value);
}

fn varint(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}
