//! TFRecord files of `tf.Example`: the framing with masked CRC-32C, and the three kinds of lists
//! that a feature may be. What is written and read here is only what the formats' descriptions
//! (TensorFlow's `tfrecord` guide and `example.proto`) demand.

use std::io::{self, Read, Write};

use anyhow::{Result, bail, ensure};

/// A feature's values.
#[derive(Clone, Debug, PartialEq)]
pub enum Feature {
    Bytes(Vec<u8>),
    Floats(Vec<f32>),
    Integers(Vec<i64>),
}

/// Features by name, in the order in which they were written.
pub type Example = Vec<(String, Feature)>;

/// Records longer than this are taken for damage.
const LONGEST: u64 = 1 << 30;

pub fn write_record(file: &mut impl Write, data: &[u8]) -> io::Result<()> {
    let length = (data.len() as u64).to_le_bytes();
    file.write_all(&length)?;
    file.write_all(&masked_crc(&length).to_le_bytes())?;
    file.write_all(data)?;
    file.write_all(&masked_crc(data).to_le_bytes())
}

/// The next record, or none at the end of the file.
pub fn read_record(file: &mut impl Read) -> Result<Option<Vec<u8>>> {
    let mut header = [0; 12];
    let mut filled = 0;
    while filled < header.len() {
        match file.read(&mut header[filled..])? {
            0 if filled == 0 => return Ok(None),
            0 => bail!("the file ends within a record"),
            read => filled += read,
        }
    }
    let (length, crc) = header.split_at(8);
    ensure!(
        masked_crc(length).to_le_bytes() == crc,
        "the checksum of a record's length is wrong: damaged, or no TFRecord file"
    );
    let length = u64::from_le_bytes(length.try_into().expect("eight bytes"));
    ensure!(length <= LONGEST, "a record of {length} bytes");
    let mut data = Vec::new();
    file.take(length).read_to_end(&mut data)?;
    let mut crc = [0; 4];
    ensure!(
        data.len() as u64 == length && file.read_exact(&mut crc).is_ok(),
        "the file ends within a record"
    );
    ensure!(
        masked_crc(&data).to_le_bytes() == crc,
        "a record's checksum is wrong"
    );
    Ok(Some(data))
}

/// CRCs are stored rotated and shifted, so that the CRC of data that holds CRCs stays useful.
fn masked_crc(data: &[u8]) -> u32 {
    crc32c(data).rotate_right(15).wrapping_add(0xa282_ead8)
}

/// CRC-32C (Castagnoli), eight bytes at a time.
pub fn crc32c(data: &[u8]) -> u32 {
    let mut crc = !0u32;
    let (words, rest) = data.as_chunks::<8>();
    for word in words {
        let [a, b, c, d, rest @ ..] = *word;
        let [w, x, y, z] = (crc ^ u32::from_le_bytes([a, b, c, d])).to_le_bytes();
        let bytes = [w, x, y, z, rest[0], rest[1], rest[2], rest[3]];
        crc = 0;
        for (byte, table) in bytes.iter().zip(TABLES.iter().rev()) {
            crc ^= table[usize::from(*byte)];
        }
    }
    for byte in rest {
        crc = (crc >> 8) ^ TABLES[0][usize::from(crc.to_le_bytes()[0] ^ byte)];
    }
    !crc
}

/// `TABLES[n][byte]` is the byte's remainder with n more zero bytes behind it.
static TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0u32; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            let low = crc & 1;
            crc = (crc >> 1) ^ (0x82f6_3b78 * low);
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut n = 1;
    while n < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[n - 1][byte];
            tables[n][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        n += 1;
    }
    tables
}

// Protocol buffers: a field is `number << 3 | wire type`; everything here is length-delimited.
const DELIMITED: u64 = 2;

/// One `tf.Example`.
pub fn encode(example: &[(&str, Feature)]) -> Vec<u8> {
    let [mut features, mut entry, mut feature, mut list] = [const { Vec::new() }; 4];
    for (name, values) in example {
        list.clear();
        let number = match values {
            Feature::Bytes(bytes) => {
                field(&mut list, 1, bytes);
                1
            }
            Feature::Floats(floats) => {
                let packed: Vec<u8> = floats
                    .iter()
                    .flat_map(|float| float.to_le_bytes())
                    .collect();
                field(&mut list, 1, &packed);
                2
            }
            Feature::Integers(integers) => {
                let mut packed = Vec::with_capacity(integers.len() * 2);
                for integer in integers {
                    varint(&mut packed, integer.cast_unsigned());
                }
                field(&mut list, 1, &packed);
                3
            }
        };
        feature.clear();
        field(&mut feature, number, &list);
        entry.clear();
        field(&mut entry, 1, name.as_bytes());
        field(&mut entry, 2, &feature);
        field(&mut features, 1, &entry);
    }
    let mut example = Vec::with_capacity(features.len() + 8);
    field(&mut example, 1, &features);
    example
}

fn field(message: &mut Vec<u8>, number: u64, value: &[u8]) {
    varint(message, number << 3 | DELIMITED);
    varint(message, value.len() as u64);
    message.extend_from_slice(value);
}

fn varint(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    message.push(value.to_le_bytes()[0]);
}

/// Of a bytes list only the first value is kept; any writer's numbers, packed or not, are read.
pub fn decode(mut example: &[u8]) -> Result<Example> {
    let mut decoded = Vec::new();
    while let Some((_, mut features)) = next_field(&mut example)? {
        while let Some((_, mut entry)) = next_field(&mut features)? {
            let (mut name, mut feature) = (String::new(), Feature::Integers(Vec::new()));
            while let Some((number, value)) = next_field(&mut entry)? {
                match number {
                    1 => name = String::from_utf8(value.to_vec())?,
                    _ => feature = decode_feature(value)?,
                }
            }
            decoded.push((name, feature));
        }
    }
    Ok(decoded)
}

fn decode_feature(mut feature: &[u8]) -> Result<Feature> {
    let Some((kind, list)) = next_field(&mut feature)? else {
        return Ok(Feature::Integers(Vec::new()));
    };
    let mut values = list;
    match kind {
        1 => Ok(Feature::Bytes(
            next_field(&mut values)?.map_or_else(Vec::new, |(_, bytes)| bytes.to_vec()),
        )),
        2 => {
            let mut floats = Vec::new();
            while let Some((_, packed)) = next_field(&mut values)? {
                let (chunks, _) = packed.as_chunks();
                floats.extend(chunks.iter().map(|bytes| f32::from_le_bytes(*bytes)));
            }
            Ok(Feature::Floats(floats))
        }
        3 => {
            let mut integers = Vec::new();
            while let Some((_, mut packed)) = next_field(&mut values)? {
                while !packed.is_empty() {
                    integers.push(next_varint(&mut packed)?.cast_signed());
                }
            }
            Ok(Feature::Integers(integers))
        }
        other => bail!("a feature of the unknown kind {other}"),
    }
}

/// The next field's number and bytes, whatever its wire type.
fn next_field<'a>(message: &mut &'a [u8]) -> Result<Option<(u64, &'a [u8])>> {
    if message.is_empty() {
        return Ok(None);
    }
    let key = next_varint(message)?;
    let before = *message;
    let length = match key & 7 {
        0 => {
            next_varint(message)?;
            return Ok(Some((key >> 3, &before[..before.len() - message.len()])));
        }
        1 => 8,
        5 => 4,
        DELIMITED => next_varint(message)?,
        other => bail!("no protocol buffer: wire type {other}"),
    };
    let length = usize::try_from(length)?;
    ensure!(
        length <= message.len(),
        "a field is longer than its message"
    );
    let (value, rest) = message.split_at(length);
    *message = rest;
    Ok(Some((key >> 3, value)))
}

fn next_varint(message: &mut &[u8]) -> Result<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let Some((byte, rest)) = message.split_first() else {
            bail!("a number is cut off");
        };
        *message = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    bail!("a number has more than 64 bits")
}
