use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use columns::Features;
use http_body_util::BodyExt;
use serde_json::json;
use tower::ServiceExt;

use super::{Role, routes};
use crate::serve::settings::Settings;
use crate::serve::with_limits;

fn features(labels: &[&str]) -> Features {
    let values = [
        (0..60).map(|n| format!("id{n}")).collect::<Vec<_>>(),
        (0..60).map(|n| format!("it is so {n}")).collect(),
        (0..60)
            .map(|n| ["Dresses", "Fine gauge"][n % 2].to_owned())
            .collect(),
    ];
    let names = ["Id", "Review", "Class"];
    let described: Vec<_> = names
        .iter()
        .zip(&values)
        .map(|(name, values)| {
            columns::column(name, &values.iter().map(String::as_str).collect::<Vec<_>>())
        })
        .collect();
    let rows: Vec<Vec<String>> = (0..60)
        .map(|n| values.iter().map(|it| it[n].clone()).collect())
        .collect();
    let labels = labels.iter().map(|label| (*label).to_owned()).collect();
    Features::fit(&described, "label", labels, &rows)
}

fn role(variables: &[(&str, &str)]) -> anyhow::Result<Role> {
    let read = Role::read(|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    });
    read.map(|role| role.expect("a role"))
}

const FEATURES: &[(&str, &str)] = &[("AUTOML_TRANSFORM_MODE", "feature-transform")];
const MODE: (&str, &str) = ("AUTOML_TRANSFORM_MODE", "inverse-label-transform");
const ALL: &str = "predicted_label,probability,labels,probabilities";

fn app(role: Role, labels: &[&str]) -> Router {
    let settings = Settings::read(|name| (name == "MAX_ROWS_PER_REQUEST").then(|| "4".to_owned()));
    let settings = settings.unwrap();
    with_limits(routes(role, features(labels), &settings), &settings)
}

async fn ask(app: Router, headers: [&str; 2], body: impl Into<Body>) -> (StatusCode, String) {
    let request = Request::post("/invocations")
        .header(header::CONTENT_TYPE, headers[0])
        .header(header::ACCEPT, headers[1])
        .body(body.into())
        .unwrap();
    let response = app.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn texts(body: impl Into<Body>) -> (StatusCode, String) {
    ask(
        app(role(FEATURES).unwrap(), &["-1", "0", "1"]),
        ["text/csv; charset=utf-8", "text/csv"],
        body,
    )
    .await
}

async fn labels(labels: &[&str], output: &str, body: &str) -> (StatusCode, String) {
    let role = role(&[MODE, ("SAGEMAKER_INFERENCE_OUTPUT", output)]).unwrap();
    ask(
        app(role, labels),
        ["application/jsonlines", "text/csv"],
        body.to_owned(),
    )
    .await
}

#[tokio::test]
async fn rows_of_a_table_become_the_models_requests() {
    let (status, body) = texts("7,\"It \"\"fits\"\",\nand lasts\",Dresses\r\n\r\n, ,Coats\n").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        body,
        "{\"features\":[\"It \\\"fits\\\",\\nand lasts classisdresses\"]}\n\
         {\"features\":[\"classisother\"]}\n"
    );
    for request in [Request::get("/ping"), Request::get("/execution-parameters")] {
        let app = app(role(FEATURES).unwrap(), &["0", "1"]);
        let response = app
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_refuses_the_request_by_its_number() {
    for (body, reason) in [
        (
            "1,a,b\n1,a\n",
            "row 2: expected 3 values (Id, Review, Class), found 2",
        ),
        ("1,a,b,c\n", "row 1: expected 3 values"),
        ("1,a,b\n1,\"a,b\n", "row 2: unclosed quote"),
        (
            "Id,Review,Class\n1,a,b\n",
            "row 1: these are the columns' names",
        ),
        ("\n", "no rows"),
        ("", "no rows"),
    ] {
        let (status, answer) = texts(body).await;
        assert!(
            status == StatusCode::BAD_REQUEST && answer.contains(reason),
            "{body:?}: {answer}"
        );
    }
    let (status, answer) = texts(b"1,\xff,b\n".to_vec()).await;
    assert!(
        status == StatusCode::BAD_REQUEST && answer.contains("row 1: not UTF-8"),
        "{answer}"
    );
    let (status, answer) = texts("1,a,b\n".repeat(5)).await;
    assert!(
        status == StatusCode::PAYLOAD_TOO_LARGE && answer.contains("5 rows, at most 4"),
        "{answer}"
    );
    let app = app(role(FEATURES).unwrap(), &["0", "1"]);
    let (status, answer) = ask(app, ["application/json", ""], "{}").await;
    assert!(
        status == StatusCode::UNSUPPORTED_MEDIA_TYPE && answer.contains("is not text/csv"),
        "{answer}"
    );
}

const ANSWERS: &str = "{\"predicted_label\":\"1\",\"probability\":0.7,\"probabilities\":{\"-1\":0.1,\"0\":0.2,\"1\":0.7}}\n\
                       {\"predicted_label\":\"-1\",\"probability\":1.0,\"probabilities\":{\"-1\":1.0,\"0\":0.0,\"1\":0.0}}\n";

#[tokio::test]
async fn answers_become_what_the_environment_names_in_its_order() {
    let three = ["-1", "0", "1"];
    for (output, expected) in [
        ("", "1\n-1\n"),
        ("predicted_label", "1\n-1\n"),
        ("probability, predicted_label", "0.7,1\n1.0,-1\n"),
        (
            ALL,
            "1,0.7,\"['-1', '0', '1']\",\"[0.1, 0.2, 0.7]\"\n-1,1.0,\"['-1', '0', '1']\",\"[1.0, 0.0, 0.0]\"\n",
        ),
    ] {
        assert_eq!(
            labels(&three, output, ANSWERS).await,
            (StatusCode::OK, expected.to_owned())
        );
    }
    // Of two labels it is the second one's, whichever won.
    let answer =
        r#"{"predicted_label":"no","probability":0.9,"probabilities":{"it's":0.1,"no":0.9}}"#;
    let (_, body) = labels(
        &["no", "it's"],
        "predicted_label,probability,labels",
        answer,
    )
    .await;
    assert_eq!(body, "no,0.1,\"['no', \"\"it's\"\"]\"\n");
}

#[tokio::test]
async fn labels_are_quoted_as_python_quotes_them() {
    for (label, expected) in [
        ("it's \"so\"", r#"'it\'s "so"'"#),
        ("a\\b", r"'a\\b'"),
        ("a\r\n\tb", r"'a\r\n\tb'"),
        ("\u{1}\u{7f}\u{85}é", r"'\x01\x7f\x85é'"),
    ] {
        let answer = json!({ "predicted_label": label, "probabilities": {} });
        let (_, body) = labels(&[label, "b"], "labels", &answer.to_string()).await;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(body.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(&record[0], format!("[{expected}, 'b']"));
    }
}

#[tokio::test]
async fn a_table_of_one_column_loses_no_row_and_may_have_its_name_for_a_value() {
    let of_one = async |body: &str| {
        let mut features = features(&["0", "1"]);
        features.columns = features.columns.split_off(2);
        let settings = Settings::read(|_| None).unwrap();
        let app = with_limits(
            routes(role(FEATURES).unwrap(), features, &settings),
            &settings,
        );
        ask(app, ["text/csv", "application/jsonlines"], body.to_owned()).await
    };
    let rows = "Dresses\r\n\"\"\r\n\"Fine\ngauge\"\r\nDresses\r\n";
    let (status, body) = of_one(rows).await;
    assert_eq!((status, body.lines().count()), (StatusCode::OK, 4));
    assert_eq!(of_one(&format!("{rows}\r\n")).await, (status, body));
    assert_eq!(of_one("Class\n").await.0, StatusCode::OK);
    for (body, reason) in [
        ("Dresses\n\nDresses\n", "row 2: an empty line"),
        ("\r\nDresses\r\n", "row 1: an empty line"),
        ("a\n\"b\nc\"\n \nd\n", "row 3: an empty line"),
        ("Class\nDresses\n", "row 1: these are the columns' names"),
    ] {
        let (status, answer) = of_one(body).await;
        assert!(
            status == StatusCode::BAD_REQUEST && answer.contains(reason),
            "{body:?}: {answer}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_lacks_something_is_refused_by_its_row() {
    for (line, reason) in [
        (
            r#"{"error":"the text is empty"}"#,
            "row 2: the text is empty",
        ),
        (
            r#"{"predicted_label":"1"}"#,
            "row 2: no probability of the label",
        ),
        (r#"{"probabilities":{}}"#, "row 2: no `predicted_label`"),
        ("1,0.7", "row 2: no answer of a model"),
    ] {
        let first = ANSWERS.lines().next().unwrap();
        let (status, answer) =
            labels(&["-1", "0", "1"], ALL, &format!("{first}\n\n{line}\n")).await;
        assert!(
            status == StatusCode::BAD_REQUEST && answer.contains(reason),
            "{answer}"
        );
    }
    let (status, _) = labels(&["0", "1"], "", "").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let app = app(role(&[MODE]).unwrap(), &["0", "1"]);
    let headers = ["application/jsonlines", "application/json, */*;q=0"];
    let (status, answer) = ask(app, headers, ANSWERS).await;
    assert!(
        status == StatusCode::NOT_ACCEPTABLE && answer.contains("is text/csv"),
        "{answer}"
    );
}

#[test]
fn an_environment_that_cannot_be_is_refused_by_name() {
    for (variables, reason) in [
        (
            &[("AUTOML_TRANSFORM_MODE", "sparse")][..],
            "AUTOML_TRANSFORM_MODE is \"sparse\"",
        ),
        (
            &[MODE, ("SAGEMAKER_INFERENCE_OUTPUT", "score")],
            "\"score\" is none of predicted_label, probability",
        ),
        (
            &[MODE, ("SAGEMAKER_INFERENCE_OUTPUT", "labels,labels")],
            "labels twice",
        ),
        (
            &[MODE, ("SAGEMAKER_INFERENCE_INPUT", "label")],
            "SAGEMAKER_INFERENCE_INPUT",
        ),
        (
            &[
                MODE,
                ("SAGEMAKER_INFERENCE_OUTPUT", "labels"),
                (
                    "SAGEMAKER_INFERENCE_SUPPORTED",
                    "predicted_label,probability",
                ),
            ],
            "labels, which SAGEMAKER_INFERENCE_SUPPORTED does not",
        ),
    ] {
        let error = format!("{:#}", role(variables).unwrap_err());
        assert!(error.contains(reason), "{error}");
    }
    assert!(Role::read(|_| None).unwrap().is_none());
}
