//! What a statement came to.

use aws_sdk_athena::types::ResultSet;

/// Rows of texts; `None` is null.
#[derive(Debug, Default)]
pub struct Answer {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

impl Answer {
    /// The first page of a SELECT begins with the columns' names.
    pub fn add(&mut self, results: ResultSet, first: bool) {
        if let Some(metadata) = results.result_set_metadata().filter(|_| first) {
            let columns = metadata.column_info().iter();
            self.columns = columns.map(|column| column.name().to_owned()).collect();
        }
        let rows = results.rows.unwrap_or_default().into_iter();
        let rows = rows.map(|row| {
            let data = row.data.unwrap_or_default().into_iter();
            data.map(|datum| datum.var_char_value).collect::<Vec<_>>()
        });
        let names: Vec<Option<String>> = self.columns.iter().cloned().map(Some).collect();
        let is_header =
            |(place, row): &(usize, Vec<Option<String>>)| first && *place == 0 && *row == names;
        let rows = rows.enumerate().filter(|row| !is_header(row));
        self.rows.extend(rows.map(|(_, row)| row));
    }
}
