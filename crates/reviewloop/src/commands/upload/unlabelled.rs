//! What request-labels made of a file without labels.

use anyhow::bail;
use contracts::keys;
use contracts::request::{Chosen, ChosenBy, LabelRequest, Requested};
use serde_json::json;

use crate::account::{Account, Uploaded};
use crate::output::Output;
use crate::registration::LIMIT;
use crate::wait;

/// Waits for the request that was made of the upload.
pub async fn requested(
    account: &Account,
    upload: &Uploaded,
    uri: &str,
    output: &Output,
) -> anyhow::Result<()> {
    let id = policy::naming::receipt(&upload.key, &upload.etag, upload.modified);
    let key = keys::label_request(&id);
    let look = async || account.object::<LabelRequest>(&key).await;
    let Some(request) = wait::within(account, LIMIT, look).await? else {
        let result = json!({ "ok": true, "uri": uri, "requested": false });
        return output.result(&result, || {
            let status = account.command("reviewloop status");
            format!("{uri} is uploaded and not read yet: {status} shows it once it is\n")
        });
    };
    let chosen = match request.result {
        Requested::Chosen(chosen) => chosen,
        Requested::Rejected { reason } => bail!("request-labels rejected the file: {reason}"),
    };
    let result = json!({
        "ok": true,
        "uri": uri,
        "requested": true,
        "rows": chosen.rows,
        "bad": chosen.bad,
        "first_bad": chosen.first_bad,
        "known": chosen.known,
        "eligible": chosen.eligible,
        "texts": chosen.texts.len(),
        "chosen_by": chosen.chosen_by,
    });
    output.result(&result, || text(&chosen))
}

fn text(chosen: &Chosen) -> String {
    let how = match chosen.chosen_by {
        ChosenBy::Random => "drawn at random",
        ChosenBy::Uncertainty => "of which the model is least certain",
    };
    let mut text = format!(
        "{} rows, {} of them bad and {} asked or labelled before; reviewers are asked about {} of {} new texts, {how}\n",
        chosen.rows + chosen.bad,
        chosen.bad,
        chosen.known,
        chosen.texts.len(),
        chosen.eligible
    );
    for row in &chosen.first_bad {
        text += &format!("  row {row}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_how_many_texts_were_chosen_and_how() {
        let chosen = Chosen {
            rows: 900,
            bad: 0,
            first_bad: Vec::new(),
            known: 40,
            eligible: 850,
            budget: 200,
            chosen_by: ChosenBy::Uncertainty,
            texts: vec![String::new(); 200],
        };
        let expected = "900 rows, 0 of them bad and 40 asked or labelled before; reviewers are asked about 200 of 850 \
                        new texts, of which the model is least certain\n";
        assert_eq!(text(&chosen), expected);
    }
}
