//! The columns of one upload beside the stack's: other names for the same things.

use contracts::dataset::Mapping;
use contracts::schema::Schema;

use crate::text::TextColumns;

/// The stack's mapping by the file's names. The error names the schema's key that the stack cannot follow.
pub fn mapping(stack: &Mapping, labels: &[String], schema: &Schema) -> Result<Mapping, String> {
    let texts = text_columns(&TextColumns::of(stack), schema)?;
    let schema = schema.clone();
    let mapping = Mapping {
        text_column: texts.review().to_owned(),
        context_columns: texts.context().to_vec(),
        label_column: schema.label_column.unwrap_or(stack.label_column.clone()),
        category_column: schema.category_column.or(stack.category_column.clone()),
        labels: schema.labels.unwrap_or(stack.labels.clone()),
    };
    if mapping.label_column.trim().is_empty() {
        return Err("label_column: it has no name".to_owned());
    }
    match (&mapping.category_column, &stack.category_column) {
        (Some(name), None) => Err(format!(
            "category_column: {name:?} stands for no column of the stack, whose CategoryColumn is empty"
        )),
        (Some(name), _) if name.trim().is_empty() => {
            Err("category_column: it has no name".to_owned())
        }
        _ => Ok(()),
    }?;
    if mapping.labels.is_empty() {
        return Err("labels: no value has a label".to_owned());
    }
    let mut values = mapping.labels.iter();
    if let Some((value, label)) = values.find(|(_, label)| !labels.contains(label)) {
        return Err(format!(
            "labels: {value:?} stands for {label:?}, which is not one of {labels:?}"
        ));
    }
    Ok(mapping)
}

/// The stack's text columns by the file's names.
pub fn text_columns(stack: &TextColumns, schema: &Schema) -> Result<TextColumns, String> {
    let context = schema.context_columns.as_deref();
    let context = context.unwrap_or(stack.context());
    if context.len() != stack.context().len() {
        return Err(format!(
            "context_columns: {context:?} are not as many as the stack's {:?}, whose order they follow",
            stack.context()
        ));
    }
    let review = schema.text_column.as_deref().unwrap_or(stack.review());
    let names = context.iter().map(String::as_str).chain([review]);
    TextColumns::new(names.map(str::to_owned).collect())
        .map_err(|reason| format!("text_column and context_columns: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack() -> (Mapping, Vec<String>) {
        let mapping = Mapping {
            text_column: "Review Text".to_owned(),
            context_columns: vec!["Title".to_owned()],
            label_column: "Rating".to_owned(),
            category_column: None,
            labels: [("1", "-1"), ("5", "1")]
                .map(|(value, label)| (value.to_owned(), label.to_owned()))
                .into(),
        };
        (mapping, vec!["-1".to_owned(), "1".to_owned()])
    }

    fn read(json: &str) -> Result<Mapping, String> {
        let (stack, labels) = stack();
        let schema = Schema::read(json.as_bytes()).expect("a schema");
        mapping(&stack, &labels, &schema)
    }

    #[test]
    fn what_is_left_out_is_the_stacks() {
        let (stack, _) = stack();
        assert_eq!(read("{}"), Ok(stack.clone()));
        let expected = Mapping {
            text_column: "Body".to_owned(),
            labels: [("good".to_owned(), "1".to_owned())].into(),
            ..stack
        };
        let json = r#"{"text_column": "Body", "labels": {"good": "1"}}"#;
        assert_eq!(read(json), Ok(expected));
    }

    #[test]
    fn what_the_stack_cannot_follow_is_refused_by_its_key() {
        for (json, reason) in [
            (
                r#"{"context_columns": []}"#,
                r#"context_columns: [] are not as many as the stack's ["Title"]"#,
            ),
            (
                r#"{"text_column": "Title"}"#,
                r#"text_column and context_columns: the text column "Title" is named twice"#,
            ),
            (r#"{"label_column": " "}"#, "label_column: it has no name"),
            (
                r#"{"category_column": "Class"}"#,
                r#"category_column: "Class" stands for no column of the stack"#,
            ),
            (r#"{"labels": {}}"#, "labels: no value has a label"),
            (
                r#"{"labels": {"good": "2"}}"#,
                r#"labels: "good" stands for "2", which is not one of ["-1", "1"]"#,
            ),
        ] {
            let error = read(json).expect_err("it is refused");
            assert!(error.starts_with(reason), "{error}");
        }
    }
}
