use crate::account::Account;
use crate::output::Output;
use crate::status::{Answer, Status, answer, gather};

pub async fn status(account: &Account, output: &Output) -> anyhow::Result<()> {
    let status = answer(&gather(account).await?);
    output.result(&status, || table(&status))
}

fn table(status: &Status) -> String {
    let Status {
        datasets,
        runs,
        models,
        endpoint,
        human_loops,
    } = status;
    let mut table = String::new();
    for (name, Answer { state, waits_for }) in [
        ("datasets", datasets),
        ("runs", runs),
        ("models", models),
        ("endpoint", endpoint),
        ("human loops", human_loops),
    ] {
        table.push_str(&format!("{name:<12} {state}\n"));
        if let Some(reason) = waits_for {
            table.push_str(&format!("{:<12} waits: {reason}\n", ""));
        }
    }
    table
}
