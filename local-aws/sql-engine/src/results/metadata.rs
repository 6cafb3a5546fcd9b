//! `ID.csv.metadata`: a message of protocol buffers with the query's ID and a field for each column, numbered as the open
//! drivers read them (burtcorp/athena-jdbc, `AthenaMetaDataParser`).

use super::column::ColumnInfo;

const ID: u64 = 1;
const COLUMN: u64 = 4;

pub fn encode(id: &str, columns: &[ColumnInfo]) -> Vec<u8> {
    let mut file = Vec::new();
    bytes(&mut file, ID, id.as_bytes());
    for column in columns {
        let mut message = Vec::new();
        bytes(&mut message, 1, b"hive");
        bytes(&mut message, 4, column.name.as_bytes());
        bytes(&mut message, 5, column.label.as_bytes());
        bytes(&mut message, 6, column.kind.as_bytes());
        number(&mut message, 7, column.precision.into());
        number(&mut message, 8, column.scale.into());
        // UNKNOWN, the last of three.
        number(&mut message, 9, 3);
        number(&mut message, 10, u64::from(column.kind == "varchar"));
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
