use contracts::dataset::Context;
use policy::text::{Reviewed, TextColumns, filled};
use tables::{Row, RowError};

/// A row with a misspelt name would lose its title without a word.
const WRITE_NULL: &str = "write null where a row has none";

/// The review of a table's row, and what stands before it. `file` has the dataset's `columns` by the file's names.
pub fn reviewed(
    row: &Row<'_>,
    file: &TextColumns,
    columns: &TextColumns,
) -> Result<Reviewed, RowError> {
    let mut context = Context::new();
    for (name, column) in file.context().iter().zip(columns.context()) {
        let field = row.get(name)?;
        let field = field.ok_or_else(|| RowError::new(name, "missing", WRITE_NULL))?;
        context.extend(filled(&field).map(|field| (column.clone(), field.to_owned())));
    }
    let text = row.need(file.review())?;
    if text.is_empty() {
        return Err(RowError::new(file.review(), "empty", ""));
    }
    let text = text.into_owned();
    Ok(Reviewed { context, text })
}
