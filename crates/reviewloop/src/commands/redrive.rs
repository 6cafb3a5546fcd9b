//! Sends dead letters to their functions once more.

mod letter;

use anyhow::Context;
use aws_sdk_sqs::types::Message;
use contracts::names;
use serde::Serialize;
use serde_json::json;

use crate::account::Account;
use crate::arguments::Redrive;
use crate::output::Output;
use crate::sentence::Sentence;
use letter::{Letter, Queue};

/// SQS gives ten messages at a time at most.
const BATCH: i32 = 10;

/// Longer than this command takes, so that no message is received a second time meanwhile.
const VISIBILITY_SECONDS: i32 = 120;

#[derive(Debug, Serialize)]
struct Redriven {
    queue: &'static str,
    function: String,
    event: String,
    error: String,
    /// `sent`, `listed`, `removed` or why the message stays.
    became: String,
    /// In its queue.
    #[serde(skip)]
    stays: bool,
}

pub async fn redrive(account: &Account, redrive: &Redrive, output: &Output) -> anyhow::Result<()> {
    let mut all = Vec::new();
    for queue in Queue::ALL {
        all.extend(empty(account, queue, redrive.dry_run).await?);
    }
    let result = json!({ "ok": true, "messages": all });
    output.result(&result, || sentences(&all))
}

/// Every message of the queue.
async fn empty(account: &Account, queue: Queue, dry_run: bool) -> anyhow::Result<Vec<Redriven>> {
    let name = names::queue(&account.stack, queue.name());
    let url = account.sqs.get_queue_url().queue_name(&name).send().await;
    let url = url.map_err(|error| error.sentence(&format!("find the queue {name}")))?;
    let url = url.queue_url().context("the queue has no address")?;
    let (mut redriven, mut listed) = (Vec::new(), Vec::new());
    loop {
        let messages = receive(account, url).await?;
        if messages.is_empty() {
            break;
        }
        for message in messages {
            redriven.push(one(account, (queue, url), &message, dry_run).await?);
            listed.push(message);
        }
    }
    // Only now, or a message that was listed would be received once more.
    for (message, redriven) in listed.iter().zip(&redriven) {
        if redriven.stays {
            release(account, url, message).await?;
        }
    }
    Ok(redriven)
}

async fn receive(account: &Account, url: &str) -> anyhow::Result<Vec<Message>> {
    let receive = account.sqs.receive_message().queue_url(url);
    let receive = receive
        .max_number_of_messages(BATCH)
        // Without a wait SQS asks some of its servers alone, and may answer that there is none.
        .wait_time_seconds(1)
        .visibility_timeout(VISIBILITY_SECONDS)
        .message_attribute_names("All");
    let received = receive.send().await;
    let received = received.map_err(|error| error.sentence("read the dead letters"))?;
    Ok(received.messages.unwrap_or_default())
}

async fn one(
    account: &Account,
    (queue, url): (Queue, &str),
    message: &Message,
    dry_run: bool,
) -> anyhow::Result<Redriven> {
    let letter = queue.letter(message);
    let became = match &letter {
        Ok(_) if dry_run => Became::Listed,
        Ok(letter) => act(account, letter).await,
        Err(reason) => Became::Stays(format!("{reason:#}")),
    };
    if let Became::Sent | Became::Removed(_) = became {
        remove(account, url, message).await?;
    }
    let letter = letter.ok();
    let function = letter
        .as_ref()
        .and_then(|letter| letter.function(&account.stack).ok());
    Ok(Redriven {
        queue: queue.name(),
        function: function.unwrap_or_default().to_owned(),
        event: letter.as_ref().map_or("", Letter::kind).to_owned(),
        stays: matches!(became, Became::Listed | Became::Stays(_)),
        became: became.sentence(),
        error: letter.map_or_else(String::new, |letter| letter.error),
    })
}

enum Became {
    Listed,
    Sent,
    Removed(String),
    Stays(String),
}

impl Became {
    fn sentence(&self) -> String {
        match self {
            Self::Listed => "listed".to_owned(),
            Self::Sent => "sent".to_owned(),
            Self::Removed(reason) => format!("removed: {reason}"),
            Self::Stays(reason) => format!("stays: {reason}"),
        }
    }
}

/// The event goes to its function before the message is removed: a command that is interrupted sends it twice at
/// most, and loses none. What cannot be sent stays, and the other letters are sent all the same.
async fn act(account: &Account, letter: &Letter) -> Became {
    if letter.is_custom_resource() {
        return Became::Removed("CloudFormation no longer waits for its answer".to_owned());
    }
    if letter.is_notice() {
        let status = account.command("reviewloop status");
        return Became::Removed(format!(
            "what still is so is told again within a day; see {status}"
        ));
    }
    if let Err(reason) = letter.function(&account.stack) {
        return Became::Stays(format!("{reason:#}"));
    }
    match account.send(&letter.target_arn, &letter.event).await {
        Ok(()) => Became::Sent,
        Err(reason) => Became::Stays(format!("{reason:#}")),
    }
}

async fn remove(account: &Account, url: &str, message: &Message) -> anyhow::Result<()> {
    let handle = message.receipt_handle().unwrap_or_default();
    let delete = account.sqs.delete_message().queue_url(url);
    let deleted = delete.receipt_handle(handle).send().await;
    deleted
        .map(drop)
        .map_err(|error| error.sentence("remove a dead letter"))
}

/// The next command sees it at once.
async fn release(account: &Account, url: &str, message: &Message) -> anyhow::Result<()> {
    let handle = message.receipt_handle().unwrap_or_default();
    let change = account.sqs.change_message_visibility().queue_url(url);
    let change = change.receipt_handle(handle).visibility_timeout(0);
    let changed = change.send().await;
    let changed = changed.map_err(|error| error.sentence("leave a dead letter in its queue"));
    changed.map(drop)
}

fn sentences(all: &[Redriven]) -> String {
    if all.is_empty() {
        return "the queues of dead letters are empty\n".to_owned();
    }
    let lines = all.iter().map(|message| {
        let Redriven {
            queue,
            function,
            event,
            error,
            became,
            ..
        } = message;
        format!("{queue}  {function}  {event}: {became} ({error})\n")
    });
    lines.collect()
}
