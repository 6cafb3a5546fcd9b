//! Lines of Ground Truth's manifests: a text, and in an output manifest the label of a text classification job.

use contracts::dataset::Context;
use contracts::ground_truth::{SOURCE, SOURCE_REF, label_attributes};
use policy::text::{Reviewed, TextColumns, filled};
use serde_json::{Map, Value};
use tables::{Row, RowError};

/// The text of a line. What stands before it is a member of the column's name, and may be missing.
pub fn reviewed(row: &Row<'_>, columns: &TextColumns) -> Result<Reviewed, RowError> {
    if row.get(SOURCE_REF)?.is_some() {
        let detail = "a file elsewhere; write the text itself as \"source\"";
        return Err(RowError::new(SOURCE_REF, "not read", detail));
    }
    let text = row.need(SOURCE)?;
    if text.is_empty() {
        return Err(RowError::new(SOURCE, "empty", ""));
    }
    let mut context = Context::new();
    for column in columns.context() {
        let field = row.get(column)?;
        let field = field.as_deref().and_then(filled);
        context.extend(field.map(|field| (column.clone(), field.to_owned())));
    }
    let text = text.into_owned();
    Ok(Reviewed { context, text })
}

/// The label that the one job of a line gave: the class's name. Which of several jobs' labels counts, nothing says.
pub fn label(line: &Map<String, Value>) -> Result<String, RowError> {
    let mut attributes = label_attributes(line).into_iter();
    let Some((name, metadata)) = attributes.next() else {
        let detail =
            "no member ends with -metadata: a file without labels belongs to incoming/unlabelled/";
        return Err(RowError::new("", "no label", detail));
    };
    if attributes.next().is_some() {
        let detail = "write one line's label of one labelling job";
        return Err(RowError::new("", "several labels", detail));
    }
    match metadata {
        Ok(metadata) => Ok(metadata.class_name),
        Err(reason) => Err(RowError::new(&format!("{name}-metadata"), reason, "")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(line: Value) -> Map<String, Value> {
        line.as_object().expect("an object").clone()
    }

    #[track_caller]
    fn refused<T: std::fmt::Debug>(read: Result<T, RowError>, column: &str, reason: &str) {
        let error = read.expect_err("it is refused");
        assert_eq!(error.column, column);
        assert!(error.reason().contains(reason), "{}", error.reason());
    }

    #[test]
    fn a_line_is_a_text_of_its_own() {
        let columns = ["Title", "Review Text"].map(str::to_owned);
        let columns = TextColumns::new(columns.into()).expect("columns");
        let read = |line| reviewed(&Row::from(object(line)), &columns);
        let soft = Reviewed::from("Soft".to_owned());
        assert_eq!(read(json!({"source": " Soft "})).expect("a text"), soft);
        let titled = Reviewed {
            context: [("Title".to_owned(), "Nice".to_owned())].into(),
            ..soft
        };
        let line = json!({"source": "Soft", "Title": "Nice", "shop": 7});
        assert_eq!(read(line).expect("a text"), titled);
        refused(read(json!({"source": ""})), "source", "empty");
        refused(read(json!({"text": "Soft"})), "source", "missing");
        let elsewhere = json!({"source-ref": "s3://bucket/a.txt"});
        refused(read(elsewhere), "source-ref", "a file elsewhere");
    }

    #[test]
    fn a_label_is_the_class_of_one_text_classification_job() {
        let read = |line| label(&object(line));
        let metadata = json!({
            "class-name": "-1", "confidence": 0.9, "human-annotated": "yes", "job-name": "labeling-job/mood",
            "creation-date": "2026-11-28T10:00:00.000", "type": "groundtruth/text-classification",
        });
        let one = json!({"source": "Soft", "mood": 0, "mood-metadata": metadata});
        assert_eq!(read(one.clone()).expect("a label"), "-1");
        refused(read(json!({"source": "Soft"})), "", "no label");
        let mut two = one.clone();
        two["topic-metadata"] = metadata.clone();
        refused(read(two), "", "several labels");
        let mut boxes = one.clone();
        boxes["mood-metadata"]["type"] = "groundtruth/object-detection".into();
        refused(read(boxes), "mood-metadata", "its type is not");
        let mut nameless = one;
        let metadata = nameless["mood-metadata"].as_object_mut();
        metadata.expect("an object").remove("class-name");
        refused(read(nameless), "mood-metadata", "it has no class-name");
    }
}
