//! The rows of a result.

use serde_json::{Value, json};

use super::Bench;
use crate::engine::Column;
use crate::event;
use crate::execution::{EXECUTIONS, State};

impl Bench {
    /// A query whose engine wrote this object.
    async fn succeeded(&self, query: &str, object: &str) -> String {
        let id = self.start(query).await;
        let location = self.cloud.store.update(|tx| {
            let mut execution = EXECUTIONS.get(tx, super::REGION, &id).unwrap();
            execution.state = State::Succeeded;
            execution.columns = vec![Column {
                name: "text".to_owned(),
                label: None,
                kind: "varchar".to_owned(),
                precision: 2_147_483_647,
                scale: 0,
                nullable: None,
            }];
            event::turn(
                (&self.cloud, tx),
                (super::REGION, &id),
                Some(State::Running),
                &mut execution,
            );
            execution.output_location
        });
        let (bucket, key) = local_s3::parse_uri(&location).unwrap();
        local_s3::put_bytes(&self.cloud, bucket, key, object.as_bytes()).unwrap();
        id
    }
}

#[tokio::test]
async fn a_result_comes_in_pages_of_at_most_a_thousand_rows_with_its_header_first() {
    let bench = Bench::new(None);
    let rows: String = (0..2500).map(|row| format!("\"row {row},\n\"\n")).collect();
    let id = bench
        .succeeded("SELECT text FROM t", &format!("\"text\"\n{rows}"))
        .await;
    let (mut seen, mut token, mut sizes) = (Vec::new(), Value::Null, Vec::new());
    loop {
        let asked = json!({ "QueryExecutionId": id, "NextToken": token });
        let page = bench.call("GetQueryResults", asked).await.unwrap();
        let rows = page["ResultSet"]["Rows"].as_array().unwrap().clone();
        sizes.push(rows.len());
        seen.extend(
            rows.into_iter()
                .map(|row| row["Data"][0]["VarCharValue"].clone()),
        );
        let column = &page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"][0];
        assert_eq!(
            (&column["Name"], &column["Type"], &column["CaseSensitive"]),
            (&json!("text"), &json!("varchar"), &json!(true))
        );
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(sizes, [1000, 1000, 501]);
    assert_eq!(
        (&seen[0], &seen[1], &seen[2500]),
        (&json!("text"), &json!("row 0,\n"), &json!("row 2499,\n"))
    );
    let refused = bench
        .refused(
            "GetQueryResults",
            json!({ "QueryExecutionId": id, "MaxResults": 1001 }),
        )
        .await;
    assert!(refused.contains("less than or equal to 1000"), "{refused}");
    let refused = bench
        .refused(
            "GetQueryResults",
            json!({ "QueryExecutionId": id, "NextToken": "?" }),
        )
        .await;
    assert_eq!(refused, "InvalidRequestException: NextToken is invalid");
}

#[tokio::test]
async fn nulls_have_no_value_and_a_line_of_text_is_one_value() {
    let bench = Bench::new(None);
    let id = bench
        .succeeded("SELECT text FROM t", "\"text\"\n\n\"\"\n")
        .await;
    let page = bench
        .call("GetQueryResults", json!({ "QueryExecutionId": id }))
        .await
        .unwrap();
    let expected = json!([
        { "Data": [{ "VarCharValue": "text" }] }, { "Data": [{}] }, { "Data": [{ "VarCharValue": "" }] },
    ]);
    assert_eq!(page["ResultSet"]["Rows"], expected);
    let id = bench
        .succeeded("DESCRIBE t", "text\tstring\t\nstars\tint\t\n")
        .await;
    let page = bench
        .call("GetQueryResults", json!({ "QueryExecutionId": id }))
        .await
        .unwrap();
    let expected = json!([
        { "Data": [{ "VarCharValue": "text\tstring\t" }] }, { "Data": [{ "VarCharValue": "stars\tint\t" }] },
    ]);
    assert_eq!(page["ResultSet"]["Rows"], expected);
}

#[tokio::test]
async fn a_query_that_has_not_succeeded_has_no_rows() {
    let mut bench = Bench::new(None);
    let id = bench.start("SELECT 1").await;
    let named = json!({ "QueryExecutionId": id });
    let refused = bench.refused("GetQueryResults", named.clone()).await;
    assert_eq!(
        refused,
        "InvalidRequestException: Query has not yet finished. Current state: QUEUED"
    );
    bench.drive();
    bench.wait(&id, "FAILED").await;
    let refused = bench.refused("GetQueryResults", named).await;
    assert_eq!(
        refused,
        "InvalidRequestException: Query did not finish successfully. Final query state: FAILED"
    );
}
