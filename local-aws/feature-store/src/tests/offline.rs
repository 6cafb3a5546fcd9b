//! The rows in S3, read back with the reader of Parquet files.

use bytes::Bytes;
use local_core::timestamp::Timestamp;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::json;

use super::{BUCKET, Bench};

impl Bench {
    fn keys(&self) -> Vec<String> {
        let objects = local_s3::list_prefix(&self.cloud, BUCKET, "").unwrap();
        objects.into_iter().map(|(key, _)| key).collect()
    }

    /// Every row in S3, in the order of the keys.
    fn rows(&self) -> Vec<Row> {
        let files = self.keys().into_iter().map(|key| {
            let bytes = local_s3::get_bytes(&self.cloud, BUCKET, &key).unwrap();
            SerializedFileReader::new(Bytes::from(bytes)).unwrap()
        });
        let rows = files.flat_map(|file| {
            let rows = file.get_row_iter(None).unwrap();
            rows.map(Result::unwrap).collect::<Vec<_>>()
        });
        rows.collect()
    }

    /// Sets the clock to when the rows are due, lets the driver look again, and waits until so many are in S3.
    async fn written(&mut self, rows: usize) {
        self.look_when_due().await;
        self.wait(async || self.rows().len() >= rows).await;
    }

    /// The driver's timer runs by the machine's clock, not by the world's.
    async fn look_when_due(&mut self) {
        self.cloud.world.advance(10);
        self.tasks.shutdown().await;
        self.drive();
    }
}

fn field<'r>(row: &'r Row, name: &str) -> &'r Field {
    let mut columns = row.get_column_iter();
    columns.find(|(column, _)| *column == name).unwrap().1
}

fn text(text: &str) -> Field {
    Field::Str(text.to_owned())
}

#[tokio::test]
async fn rows_lie_by_the_hour_of_their_event_time_with_what_aws_adds() {
    let mut bench = Bench::with_group().await;
    let before = Timestamp::now(&bench.cloud.world).millis();
    bench.put("1", "2026-01-31T23:59:59Z", "5").await;
    bench.put("2", "2026-02-01T00:00:00Z", "4").await;
    bench.put("1", "2026-02-01T00:30:00.500Z", "3").await;
    let deletion = json!({
        "FeatureGroupName": "reviews", "RecordIdentifierValueAsString": "2", "EventTime": "2026-02-01T00:10:00Z",
    });
    bench.runtime("DeleteRecord", deletion).await.unwrap();
    bench.written(4).await;

    let group = bench.describe("reviews").await.unwrap();
    let location = &group["OfflineStoreConfig"]["S3StorageConfig"]["ResolvedOutputS3Uri"];
    let prefix = location
        .as_str()
        .unwrap()
        .strip_prefix("s3://features/")
        .unwrap();
    let keys = bench.keys();
    let expected = [
        "year=2026/month=01/day=31/hour=23/20260131T235959Z_",
        "year=2026/month=02/day=01/hour=00/20260201T003000Z_",
    ];
    assert_eq!(keys.len(), 2);
    for (key, expected) in keys.iter().zip(expected) {
        let rest = key
            .strip_prefix(&format!("{prefix}/{expected}"))
            .expect(key);
        assert_eq!(rest.strip_suffix(".parquet").unwrap().len(), 16);
    }

    let rows = bench.rows();
    let stars: Vec<&Field> = rows.iter().map(|row| field(row, "stars")).collect();
    assert_eq!(
        stars,
        [
            &Field::Long(5),
            &Field::Long(4),
            &Field::Long(3),
            &Field::Null
        ]
    );
    let deleted = &rows[3];
    assert_eq!(field(deleted, "is_deleted"), &Field::Bool(true));
    assert_eq!(field(deleted, "review_id"), &text("2"));
    assert_eq!(field(deleted, "date"), &text("2026-02-01T00:10:00Z"));
    assert_eq!(field(&rows[0], "is_deleted"), &Field::Bool(false));
    assert_eq!(field(&rows[0], "score"), &Field::Null);
    let time = |name: &str| match field(&rows[0], name) {
        Field::TimestampMillis(time) => *time,
        other => panic!("{other:?}"),
    };
    let (received, written) = (time("api_invocation_time"), time("write_time"));
    assert!(before <= received && received < written);
}

#[tokio::test]
async fn a_process_that_ends_before_the_rows_are_written_loses_none_and_writes_none_twice() {
    let bench = Bench::with_group().await;
    for number in 0..30 {
        bench
            .put(&number.to_string(), "2026-01-01T08:00:00Z", "5")
            .await;
    }
    let folder = bench.end().await;
    let mut bench = Bench::in_folder(folder);
    assert!(bench.keys().is_empty());
    bench.written(30).await;
    let folder = bench.end().await;
    // The next process has nothing left to do.
    let mut bench = Bench::in_folder(folder);
    bench.put("30", "2026-01-01T08:00:00Z", "5").await;
    bench.written(31).await;
    let mut identifiers: Vec<String> = bench
        .rows()
        .iter()
        .map(|row| field(row, "review_id").to_string())
        .collect();
    identifiers.sort();
    identifiers.dedup();
    assert_eq!((identifiers.len(), bench.rows().len()), (31, 31));
}

#[tokio::test]
async fn where_rows_cannot_be_written_the_store_is_blocked_and_they_wait() {
    let mut bench = Bench::with_group().await;
    bench
        .cloud
        .store
        .write(|tx| local_s3::delete_bucket(tx, BUCKET))
        .unwrap();
    bench.put("1", "2026-01-01T08:00:00Z", "5").await;
    bench.look_when_due().await;
    let is_blocked = async || {
        let group = bench.describe("reviews").await.unwrap();
        group["OfflineStoreStatus"]
            == json!({ "Status": "Blocked", "BlockedReason": "The bucket features does not exist" })
    };
    bench.wait(is_blocked).await;
    assert_eq!(
        bench.told().last().unwrap()["OfflineStoreStatus"]["Status"],
        "Blocked"
    );
    assert_eq!(bench.stars("1").await.as_deref(), Some("5"));
    let folder = bench.end().await;

    let mut bench = Bench::in_folder(folder);
    bench.written(1).await;
    bench
        .wait(async || {
            bench.describe("reviews").await.unwrap()["OfflineStoreStatus"]["Status"] == "Active"
        })
        .await;
}
