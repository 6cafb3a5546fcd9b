//! `CREATE EXTERNAL TABLE` and `DROP TABLE`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cursor::Cursor;
use super::outcome::{Outcome, delete_table};
use crate::error::{AthenaError, Result};
use crate::request::Request;
use crate::types;

/// The classes of Hive that Glue names for a format.
pub struct Format {
    pub input: &'static str,
    pub output: &'static str,
    pub serde: &'static str,
}

pub const PARQUET: Format = Format {
    input: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    output: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serde: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
};

const TEXT: Format = Format {
    input: "org.apache.hadoop.mapred.TextInputFormat",
    output: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    serde: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
};

impl Format {
    pub fn named(name: &str) -> Result<Self> {
        match name.to_uppercase().as_str() {
            "PARQUET" => Ok(PARQUET),
            "TEXTFILE" => Ok(TEXT),
            "JSON" => Ok(Self {
                serde: "org.openx.data.jsonserde.JsonSerDe",
                ..TEXT
            }),
            other => Err(AthenaError::not_supported(format!("format {other}"))),
        }
    }
}

pub fn create(request: &Request, cursor: &mut Cursor) -> Result<Outcome> {
    cursor.expect("CREATE EXTERNAL TABLE")?;
    let if_not_exists = cursor.take("IF NOT EXISTS");
    let (database, name) = cursor.table(request)?;
    request.databases.database(&database)?;
    let columns = columns(cursor)?;
    let (mut keys, mut comment, mut location, mut format) = (Vec::new(), None, None, TEXT);
    let (mut serde, mut serde_properties, mut properties) =
        (None, BTreeMap::new(), BTreeMap::new());
    let (mut input, mut output) = (None, None);
    while !cursor.is_over() {
        if cursor.take("COMMENT") {
            comment = Some(cursor.text()?);
        } else if cursor.take("PARTITIONED BY") {
            keys = self::columns(cursor)?;
        } else if cursor.take("ROW FORMAT SERDE") {
            serde = Some(cursor.text()?);
        } else if cursor.take("WITH SERDEPROPERTIES") {
            serde_properties.extend(cursor.properties()?);
        } else if cursor.take("ROW FORMAT DELIMITED") {
            serde_properties.extend(delimited(cursor)?);
        } else if cursor.take("STORED AS INPUTFORMAT") {
            input = Some(cursor.text()?);
            cursor.expect("OUTPUTFORMAT")?;
            output = Some(cursor.text()?);
        } else if cursor.take("STORED AS") {
            format = Format::named(&cursor.name()?)?;
        } else if cursor.take("LOCATION") {
            location = Some(cursor.text()?);
        } else if cursor.take("TBLPROPERTIES") {
            properties.extend(cursor.properties()?);
        } else if cursor.words(2) == ["CLUSTERED", "BY"] {
            return Err(AthenaError::not_supported("CLUSTERED BY"));
        } else {
            return Err(cursor.mismatched());
        }
    }
    if request.databases.find(&database, &name).is_some() {
        if if_not_exists {
            return Ok(Outcome::changed("CREATE_TABLE", Vec::new()));
        }
        return Err(AthenaError::user(format!(
            "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. AlreadyExistsException(message:Table {name} already exists.)"
        )));
    }
    let location = location.ok_or_else(|| {
        AthenaError::user("FAILED: SemanticException table is not accessible without a LOCATION")
    })?;
    if let Some(comment) = comment {
        properties.insert("comment".to_owned(), comment);
    }
    properties.insert("EXTERNAL".to_owned(), "TRUE".to_owned());
    let mut table = table_input(&name, &columns, &keys, &location, &format);
    let descriptor = &mut table["StorageDescriptor"];
    for (member, given) in [("InputFormat", input), ("OutputFormat", output)] {
        if let Some(given) = given {
            descriptor[member] = given.into();
        }
    }
    if let Some(serde) = serde {
        descriptor["SerdeInfo"]["SerializationLibrary"] = serde.into();
    }
    let mut all = BTreeMap::from([("serialization.format".to_owned(), "1".to_owned())]);
    if let Some(delimiter) = serde_properties.get("field.delim") {
        all.insert("serialization.format".to_owned(), delimiter.clone());
    }
    all.extend(serde_properties);
    descriptor["SerdeInfo"]["Parameters"] = json!(all);
    table["Parameters"] = json!(properties);
    let change = json!({ "CreateTable": { "DatabaseName": database, "TableInput": table } });
    Ok(Outcome::changed("CREATE_TABLE", vec![change]))
}

/// Glue's `TableInput` of an external table.
pub fn table_input(
    name: &str,
    columns: &[Value],
    keys: &[Value],
    location: &str,
    format: &Format,
) -> Value {
    json!({
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": { "EXTERNAL": "TRUE" },
        "PartitionKeys": keys,
        "StorageDescriptor": {
            "Columns": columns,
            "Location": location,
            "InputFormat": format.input,
            "OutputFormat": format.output,
            "SerdeInfo": { "SerializationLibrary": format.serde, "Parameters": { "serialization.format": "1" } },
        },
    })
}

fn columns(cursor: &mut Cursor) -> Result<Vec<Value>> {
    let mut columns = Vec::new();
    cursor.expect("(")?;
    while !cursor.take(")") {
        let name = cursor.name()?;
        let kind = cursor.until_comma()?.to_lowercase();
        types::parse(&kind)?;
        let kind: String = kind.split_whitespace().collect();
        let mut column = json!({ "Name": name, "Type": kind });
        if cursor.take("COMMENT") {
            column["Comment"] = cursor.text()?.into();
        }
        columns.push(column);
        if !cursor.take(",") && cursor.words(1) != [")"] {
            return Err(cursor.mismatched());
        }
    }
    Ok(columns)
}

fn delimited(cursor: &mut Cursor) -> Result<BTreeMap<String, String>> {
    let mut properties = BTreeMap::new();
    loop {
        let property = [
            ("FIELDS TERMINATED BY", "field.delim"),
            ("ESCAPED BY", "escape.delim"),
            ("COLLECTION ITEMS TERMINATED BY", "collection.delim"),
            ("MAP KEYS TERMINATED BY", "mapkey.delim"),
            ("LINES TERMINATED BY", "line.delim"),
            ("NULL DEFINED AS", "serialization.null.format"),
        ];
        let Some((_, property)) = property.into_iter().find(|(words, _)| cursor.take(words)) else {
            return Ok(properties);
        };
        properties.insert(property.to_owned(), cursor.text()?);
    }
}

pub fn drop(request: &Request, cursor: &mut Cursor) -> Result<Outcome> {
    cursor.expect("DROP TABLE")?;
    let if_exists = cursor.take("IF EXISTS");
    let (database, name) = cursor.table(request)?;
    cursor.end()?;
    match request.databases.find(&database, &name) {
        Some(table) if table.is_view() => Err(AthenaError::user(format!(
            "FAILED: SemanticException Cannot drop a view with DROP TABLE: {name}"
        ))),
        Some(_) => Ok(Outcome::changed(
            "DROP_TABLE",
            vec![delete_table(&database, &name)],
        )),
        None if if_exists => Ok(Outcome::changed("DROP_TABLE", Vec::new())),
        None => Err(AthenaError::user(format!(
            "FAILED: SemanticException [Error 10001]: Table not found {name}"
        ))),
    }
}
