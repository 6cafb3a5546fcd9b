//! A Glue table as DataFusion's table: its objects are read when it is scanned, the columns and partitions that the
//! query asks for.

mod columns;
mod delimited;
mod json;
mod parquet;
mod partitions;
mod projection;
mod symlink;
pub mod values;

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::catalog::{Partition, Table};
use crate::error::AthenaError;
use crate::storage::{Storage, Uri};
use crate::types;
use columns::Columns;

/// The hidden column with an object's URI.
pub const PATH: &str = "$path";

#[derive(Debug)]
pub struct GlueTable {
    table: Table,
    partitions: Vec<Partition>,
    storage: Storage,
    format: Format,
    /// The objects' columns, the partitions', and `$path` where the statement names it.
    schema: SchemaRef,
    stored: usize,
}

#[derive(Clone, Debug)]
enum Format {
    Delimited(delimited::Layout),
    Json,
    Parquet,
}

impl GlueTable {
    pub fn new(
        table: &Table,
        partitions: &[Partition],
        storage: Storage,
        with_path: bool,
    ) -> crate::error::Result<Self> {
        let format = Format::of(table)?;
        let columns = table
            .storage_descriptor
            .columns
            .iter()
            .chain(&table.partition_keys);
        let field = |column: &crate::catalog::Column| {
            Ok(Field::new(
                column.name.to_lowercase(),
                types::parse(&column.kind)?,
                true,
            ))
        };
        let mut fields = columns
            .map(field)
            .collect::<crate::error::Result<Vec<_>>>()?;
        if with_path {
            fields.push(Field::new(PATH, DataType::Utf8, true));
        }
        Ok(Self {
            table: table.clone(),
            partitions: partitions.to_vec(),
            storage,
            format,
            schema: Arc::new(Schema::new(fields)),
            stored: table.storage_descriptor.columns.len(),
        })
    }

    fn keys(&self) -> &[Arc<Field>] {
        &self.schema.fields()[self.stored..self.stored + self.table.partition_keys.len()]
    }

    async fn read(
        &self,
        wanted: &SchemaRef,
        filters: &[Expr],
    ) -> crate::error::Result<Vec<RecordBatch>> {
        let stored: Vec<usize> = wanted
            .fields()
            .iter()
            .filter_map(|field| self.schema.index_of(field.name()).ok())
            .filter(|at| *at < self.stored)
            .collect();
        let mut batches = Vec::new();
        for place in partitions::places(&self.table, &self.partitions, self.keys(), filters)? {
            for object in self.objects(&place.location).await? {
                let bytes = self.storage.read(&object).await?;
                let bytes = if object.key.ends_with(".gz") {
                    gunzip(&object, &bytes)?
                } else {
                    bytes
                };
                let read = match &self.format {
                    Format::Delimited(layout) => {
                        delimited::read(layout, &bytes, &self.schema, &stored)?
                    }
                    Format::Json => json::read(&bytes, &self.schema, &stored)?,
                    Format::Parquet => parquet::read(bytes, &self.schema, &stored)?,
                };
                for columns in read {
                    batches.push(self.batch(wanted, &stored, columns, &place.values, &object)?);
                }
            }
        }
        Ok(batches)
    }

    async fn objects(&self, location: &str) -> crate::error::Result<Vec<Uri>> {
        let listed = self.storage.list(&Uri::folder(location)?).await?;
        if self
            .table
            .storage_descriptor
            .input_format
            .as_deref()
            .is_some_and(symlink::is_symlink)
        {
            return symlink::targets(&self.storage, &listed).await;
        }
        Ok(listed)
    }

    /// The columns that an object holds, and those that its place tells.
    fn batch(
        &self,
        wanted: &SchemaRef,
        stored: &[usize],
        read: Columns,
        values: &[ScalarValue],
        object: &Uri,
    ) -> crate::error::Result<RecordBatch> {
        let column = |field: &Arc<Field>| -> Result<ArrayRef> {
            let at = self.schema.index_of(field.name())?;
            if at < self.stored {
                let place = stored
                    .iter()
                    .position(|stored| *stored == at)
                    .expect("the column was read");
                return Ok(Arc::clone(&read.arrays[place]));
            }
            match values.get(at - self.stored) {
                Some(value) => value.to_array_of_size(read.rows),
                None => Ok(Arc::new(StringArray::from_iter_values(
                    std::iter::repeat_n(object.to_string(), read.rows),
                ))),
            }
        };
        let columns = wanted
            .fields()
            .iter()
            .map(column)
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(read.rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(wanted), columns, &options);
        Ok(batch.map_err(DataFusionError::from)?)
    }
}

impl Format {
    fn of(table: &Table) -> crate::error::Result<Self> {
        let descriptor = &table.storage_descriptor;
        let library = descriptor
            .serde_info
            .serialization_library
            .as_deref()
            .unwrap_or_default();
        Ok(match library.rsplit('.').next().unwrap_or_default() {
            "LazySimpleSerDe" | "OpenCSVSerde" => Self::Delimited(delimited::Layout::of(table)?),
            "JsonSerDe" => Self::Json,
            "ParquetHiveSerDe" => Self::Parquet,
            _ => {
                return Err(AthenaError::not_supported(format!(
                    "SerDe {library} of table {}",
                    table.name
                )));
            }
        })
    }
}

fn gunzip(object: &Uri, bytes: &[u8]) -> crate::error::Result<bytes::Bytes> {
    let mut text = Vec::new();
    let read = std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes), &mut text);
    read.map_err(|error| AthenaError::user(format!("HIVE_CURSOR_ERROR: {object}: {error}")))?;
    Ok(text.into())
}

#[async_trait::async_trait]
impl TableProvider for GlueTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let wanted = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => Arc::clone(&self.schema),
        };
        let batches = self
            .read(&wanted, filters)
            .await
            .map_err(|error| crate::error::named(error.message))?;
        Ok(MemorySourceConfig::try_new_exec(&[batches], wanted, None)?)
    }

    /// Filters on partition columns alone save reading; all are applied again to the rows.
    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        let of_keys = |filter: &&Expr| {
            filter
                .column_refs()
                .iter()
                .all(|column| self.keys().iter().any(|key| *key.name() == column.name))
        };
        Ok(filters
            .iter()
            .map(|filter| {
                if of_keys(filter) {
                    TableProviderFilterPushDown::Inexact
                } else {
                    TableProviderFilterPushDown::Unsupported
                }
            })
            .collect())
    }
}
