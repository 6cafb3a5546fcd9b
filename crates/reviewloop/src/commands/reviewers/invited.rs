//! Reviewers who were invited and never signed in. Cognito tells of no mail that bounced: it looks like this.

use crate::account::Account;
use crate::workers::Member;
use policy::shell;

pub struct Invited {
    pub name: String,
    /// UTC.
    pub on: String,
    /// Sends the invitation again, with another temporary password.
    pub command: String,
}

pub fn of(account: &Account, members: &[Member]) -> Vec<Invited> {
    let invited = members.iter().filter_map(|member| {
        Some(Invited {
            name: member.name.clone(),
            on: member.invited_on.clone()?,
            command: format!(
                "aws cognito-idp admin-create-user --user-pool-id {} --username {} --message-action RESEND --region {}",
                member.pool,
                shell::word(&member.name),
                account.region
            ),
        })
    });
    invited.collect()
}

pub fn sentence(invited: &Invited) -> String {
    format!(
        "{} was invited on {} and has not signed in yet",
        invited.name, invited.on
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::cloud::Cloud;

    #[tokio::test]
    async fn whoever_has_not_signed_in_is_told_with_the_command_that_invites_again() {
        let cloud = Cloud::new().await;
        let member = |name: &str, invited_on: Option<&str>| Member {
            worker: "w".to_owned(),
            name: name.to_owned(),
            pool: "us-east-1_Example".to_owned(),
            invited_on: invited_on.map(str::to_owned),
        };
        let members = [
            member("ana@example.org", None),
            member("bob@example.org", Some("2026-11-20")),
            member("o'neil@example.org", Some("2026-11-21")),
        ];
        let invited = of(&cloud.account, &members);
        assert_eq!(invited.len(), 2);
        assert_eq!(
            sentence(&invited[0]),
            "bob@example.org was invited on 2026-11-20 and has not signed in yet"
        );
        assert_eq!(
            invited[0].command,
            "aws cognito-idp admin-create-user --user-pool-id us-east-1_Example --username bob@example.org \
             --message-action RESEND --region us-east-1"
        );
        let name = r"--username 'o'\''neil@example.org' --";
        assert!(invited[1].command.contains(name), "{}", invited[1].command);
    }
}
