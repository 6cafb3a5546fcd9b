use anyhow::bail;
use contracts::keys;
use policy::notice;
use serde_json::json;

use crate::account::Account;
use crate::arguments::Discard;
use crate::output::Output;
use crate::sentence::Sentence;

/// Removes an uploaded file that register-dataset cannot finish. The rows of a file that it did register
/// lie elsewhere and stay.
pub async fn discard(account: &Account, discard: &Discard, output: &Output) -> anyhow::Result<()> {
    let wanted = &discard.upload;
    let keys = account.keys(keys::INCOMING).await?;
    let is_wanted = |key: &String| key == wanted || notice::upload_id(key) == *wanted;
    let Some(key) = keys.into_iter().find(is_wanted) else {
        let status = account.command("reviewloop status");
        bail!("there is no upload {wanted}: {status} names those that wait");
    };
    let delete = account.s3.delete_object().bucket(&account.bucket);
    let deleted = delete.key(&key).send().await;
    deleted.map_err(|error| error.sentence(&format!("remove {key}")))?;
    let result = json!({ "ok": true, "key": key });
    output.result(&result, || format!("{key} is removed\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::cloud::Cloud;

    #[tokio::test]
    async fn an_upload_is_removed_by_the_id_of_its_notice_or_by_its_key() {
        let cloud = Cloud::new().await;
        let account = &cloud.account;
        let names = [
            "incoming/women's \"clothing\".csv",
            "incoming/a.csv",
            "incoming/b.csv",
        ];
        for key in names {
            account.put(key, b"x".to_vec()).await.expect("written");
        }
        for upload in [notice::upload_id(names[0]), names[1].to_owned()] {
            let wanted = Discard { upload };
            let output = Output { json: true };
            let discarded = discard(account, &wanted, &output).await;
            discarded.expect("it is there");
            let again = discard(account, &wanted, &output).await;
            let again = again.expect_err("it is gone").to_string();
            assert!(again.starts_with("there is no upload "), "{again}");
        }
        let left = account.keys(keys::INCOMING).await.expect("listed");
        assert_eq!(left, [names[2]]);
    }
}
