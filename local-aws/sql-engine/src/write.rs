//! Statements that write rows: `CREATE TABLE … AS`, `INSERT INTO`, `UNLOAD`.

mod encode;
mod parts;

use serde_json::{Value, json};

use crate::catalog::Table;
use crate::ddl::{self, Cursor, Format};
use crate::error::{AthenaError, Result};
use crate::request::{Answer, Request};
use crate::results;
use crate::select::{self, Rows};
use crate::storage::{Storage, Uri};
use crate::types;

use encode::Encoding;
use parts::Part;

/// The properties of `WITH (…)`.
#[derive(Default)]
struct Options {
    format: Option<String>,
    location: Option<String>,
    compression: Option<String>,
    delimiter: Option<String>,
    partitioned_by: Vec<String>,
}

impl Options {
    fn read(cursor: &mut Cursor) -> Result<Self> {
        let mut options = Self::default();
        cursor.expect("(")?;
        while !cursor.take(")") {
            let name = cursor.name()?;
            cursor.expect("=")?;
            match name.as_str() {
                "format" => options.format = Some(cursor.text()?),
                "external_location" => options.location = Some(cursor.text()?),
                "write_compression" | "parquet_compression" | "compression" => {
                    options.compression = Some(cursor.text()?)
                }
                "field_delimiter" => options.delimiter = Some(cursor.text()?),
                "partitioned_by" => {
                    options.partitioned_by = cursor
                        .array()?
                        .iter()
                        .map(|name| name.to_lowercase())
                        .collect()
                }
                other => return Err(AthenaError::not_supported(format!("property {other}"))),
            }
            if !cursor.take(",") && cursor.words(1) != [")"] {
                return Err(cursor.mismatched());
            }
        }
        Ok(options)
    }

    fn encoding(&self) -> Result<Encoding> {
        Encoding::named(
            self.format.as_deref().unwrap_or("PARQUET"),
            self.compression.as_deref(),
            self.delimiter.as_deref(),
        )
    }
}

pub async fn create_table_as(request: &Request, storage: Storage) -> Result<Answer> {
    let mut cursor = Cursor::new(&request.statement)?;
    cursor.expect("CREATE TABLE")?;
    let if_not_exists = cursor.take("IF NOT EXISTS");
    let (database, name) = cursor.table(request)?;
    request.databases.database(&database)?;
    let options = if cursor.take("WITH") {
        Options::read(&mut cursor)?
    } else {
        Options::default()
    };
    cursor.expect("AS")?;
    let query = cursor.rest();
    let query = query.strip_suffix("WITH DATA").unwrap_or(query);
    let (query, without_data) = query
        .strip_suffix("WITH NO DATA")
        .map_or((query, false), |query| (query, true));
    let exists = request.databases.find(&database, &name).is_some();
    if exists && !if_not_exists {
        return Err(AthenaError::user(format!(
            "TABLE_ALREADY_EXISTS: line 1:1: Destination table 'awsdatacatalog.{database}.{name}' already exists"
        )));
    }
    if exists {
        return answer(
            request,
            &storage,
            "DDL",
            "CREATE_TABLE_AS_SELECT",
            &[],
            0,
            Vec::new(),
        )
        .await;
    }
    let location = match &options.location {
        Some(location) => Uri::folder(location)?,
        None => results::output(&request.output, "tables/", &format!("{}/", request.id))?,
    };
    vacant(&storage, &location).await?;
    let rows = if without_data {
        select::described(request, query, &storage).await?
    } else {
        select::rows(request, query, &storage).await?
    };
    let (columns, keys) = columns(&rows, &options.partitioned_by)?;
    let format = Format::named(options.format.as_deref().unwrap_or("PARQUET"))?;
    let mut input = ddl::table_input(&name, &columns, &keys, &location.to_string(), &format);
    if let Some(delimiter) = &options.delimiter {
        input["StorageDescriptor"]["SerdeInfo"]["Parameters"]["field.delim"] =
            delimiter.as_str().into();
    }
    let table: Table = serde_json::from_value(input.clone())
        .map_err(|error| AthenaError::system(error.to_string()))?;
    let parts = parts::of(&rows.batches, &rows.columns, &options.partitioned_by)?;
    let objects = write(
        &storage,
        &request.id,
        &table,
        &location,
        &parts,
        &options.encoding()?,
    )
    .await?;
    let mut changes =
        vec![json!({ "CreateTable": { "DatabaseName": database, "TableInput": input } })];
    changes.extend(new_partitions(
        request, &database, &table, &location, &parts,
    ));
    answer(
        request,
        &storage,
        "DDL",
        "CREATE_TABLE_AS_SELECT",
        &objects,
        count(&rows),
        changes,
    )
    .await
}

pub async fn insert(request: &Request, storage: Storage) -> Result<Answer> {
    let mut cursor = Cursor::new(&request.statement)?;
    cursor.expect("INSERT INTO")?;
    let (database, name) = cursor.table(request)?;
    let table = request.databases.table(&database, &name)?.clone();
    let all = table
        .storage_descriptor
        .columns
        .iter()
        .chain(&table.partition_keys)
        .map(|column| column.name.to_lowercase())
        .collect::<Vec<_>>();
    let named = if cursor.words(2).first().is_some_and(|word| word == "(")
        && !["SELECT", "WITH"].contains(&cursor.words(2)[1].as_str())
    {
        cursor
            .bracketed()?
            .split(',')
            .map(|name| name.trim().trim_matches('"').to_lowercase())
            .collect()
    } else {
        all.clone()
    };
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        return Err(AthenaError::user(format!(
            "COLUMN_NOT_FOUND: line 1:1: Insert column name does not exist in target table: {unknown}"
        )));
    }
    let rows = select::rows(request, cursor.rest(), &storage).await?;
    if rows.columns.len() != named.len() {
        return Err(AthenaError::syntax(format!(
            "line 1:1: Insert query has {} expression(s) but expected {} target column(s)",
            rows.columns.len(),
            named.len()
        )));
    }
    let batches = parts::as_table(&rows.batches, &named, &table)?;
    let keys: Vec<_> = table
        .partition_keys
        .iter()
        .map(|key| key.name.to_lowercase())
        .collect();
    let columns: Vec<_> = all
        .iter()
        .map(|name| results::ColumnInfo::text(name))
        .collect();
    let parts = parts::of(&batches, &columns, &keys)?;
    let location = Uri::folder(table.location()?)?;
    let objects = write(
        &storage,
        &request.id,
        &table,
        &location,
        &parts,
        &Encoding::of(&table)?,
    )
    .await?;
    let changes = new_partitions(request, &database, &table, &location, &parts);
    answer(
        request,
        &storage,
        "DML",
        "INSERT",
        &objects,
        count(&rows),
        changes,
    )
    .await
}

pub async fn unload(request: &Request, storage: Storage) -> Result<Answer> {
    let mut cursor = Cursor::new(&request.statement)?;
    cursor.expect("UNLOAD")?;
    let query = cursor.bracketed()?;
    cursor.expect("TO")?;
    let location = Uri::folder(&cursor.text()?)?;
    cursor.expect("WITH")?;
    let options = Options::read(&mut cursor)?;
    cursor.end()?;
    vacant(&storage, &location).await?;
    let rows = select::rows(request, query, &storage).await?;
    let keys = options
        .partitioned_by
        .iter()
        .map(|name| json!({ "Name": name, "Type": "string" }))
        .collect::<Vec<_>>();
    let table = ddl::table_input("unload", &[], &keys, "", &ddl::PARQUET);
    let table: Table =
        serde_json::from_value(table).map_err(|error| AthenaError::system(error.to_string()))?;
    let parts = parts::of(&rows.batches, &rows.columns, &options.partitioned_by)?;
    let objects = write(
        &storage,
        &request.id,
        &table,
        &location,
        &parts,
        &options.encoding()?,
    )
    .await?;
    answer(
        request,
        &storage,
        "DML",
        "UNLOAD",
        &objects,
        count(&rows),
        Vec::new(),
    )
    .await
}

fn count(rows: &Rows) -> u64 {
    rows.batches
        .iter()
        .map(|batch| batch.num_rows() as u64)
        .sum()
}

async fn vacant(storage: &Storage, location: &Uri) -> Result<()> {
    if storage.list(location).await?.is_empty() {
        return Ok(());
    }
    Err(AthenaError::user(format!(
        "HIVE_PATH_ALREADY_EXISTS: Target directory for table '{location}' already exists"
    )))
}

/// The columns and the partition keys, which come last, as Glue holds them.
fn columns(rows: &Rows, keys: &[String]) -> Result<(Vec<Value>, Vec<Value>)> {
    let mut all = Vec::new();
    for (info, field) in rows.columns.iter().zip(rows.schema.fields()) {
        all.push(
            json!({ "Name": info.name.to_lowercase(), "Type": types::hive(field.data_type())? }),
        );
    }
    let last = all.split_off(all.len().saturating_sub(keys.len()));
    if last
        .iter()
        .zip(keys)
        .any(|(column, key)| column["Name"] != **key)
    {
        return Err(AthenaError::user(format!(
            "HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order as the table properties: {keys:?}"
        )));
    }
    Ok((all, last))
}

async fn write(
    storage: &Storage,
    id: &str,
    table: &Table,
    location: &Uri,
    parts: &[Part],
    encoding: &Encoding,
) -> Result<Vec<Uri>> {
    let mut objects = Vec::new();
    for part in parts {
        let mut object = location.clone();
        if !part.values.is_empty() {
            object
                .key
                .push_str(&format!("{}/", ddl::directory(table, &part.values)));
        }
        object.key.push_str(id);
        object.key.push_str(encoding.suffix());
        storage
            .write(&object, encoding.encode(&part.schema, &part.batches)?)
            .await?;
        objects.push(object);
    }
    Ok(objects)
}

fn new_partitions(
    request: &Request,
    database: &str,
    table: &Table,
    location: &Uri,
    parts: &[Part],
) -> Vec<Value> {
    let known = request.databases.partitions(database, &table.name);
    let is_new = |part: &&Part| {
        !part.values.is_empty()
            && known
                .iter()
                .all(|partition| partition.values != part.values)
    };
    let input = |part: &Part| {
        ddl::partition_input(
            table,
            &part.values,
            &format!("{location}{}/", ddl::directory(table, &part.values)),
        )
    };
    let inputs: Vec<_> = parts.iter().filter(is_new).map(input).collect();
    let request = |inputs: &[Value]| json!({ "BatchCreatePartition": { "DatabaseName": database, "TableName": table.name, "PartitionInputList": inputs } });
    inputs.chunks(100).map(request).collect()
}

async fn answer(
    request: &Request,
    storage: &Storage,
    statement_type: &'static str,
    substatement_type: &'static str,
    objects: &[Uri],
    rows: u64,
    changes: Vec<Value>,
) -> Result<Answer> {
    let manifest = results::output(&request.output, &request.id, "-manifest.csv")?;
    let lines: String = objects.iter().map(|object| format!("{object}\n")).collect();
    storage.write(&manifest, lines.into_bytes()).await?;
    Ok(Answer {
        statement_type,
        substatement_type,
        columns: vec![results::ColumnInfo::new(
            "rows",
            &arrow::datatypes::DataType::Int64,
        )],
        scanned_bytes: 0,
        rows: 0,
        update_count: Some(rows),
        output_location: results::output(&request.output, &request.id, "")?.to_string(),
        manifest_location: Some(manifest.to_string()),
        changes,
    })
}
