//! What a person is told of, in which words, and the commands that answer it.

mod commands;
mod matter;
mod sentences;

pub use matter::{AGAIN, Matter, REVIEWS, upload_id};

use crate::shell::at_stack;

/// Notices that one message holds; more are counted.
const MOST: usize = 10;

/// SageMaker's reasons may be a page long.
const MOST_LETTERS: usize = 400;

impl Matter {
    /// The sentence with its page and its commands, in letters that stand in a JSON string as they are: EventBridge
    /// escapes no value that an input transformer puts into its template.
    pub fn notice(&self, stack: &str, decisions_url: Option<&str>) -> String {
        let sentence: String = self.sentence().chars().take(MOST_LETTERS).collect();
        let answers = self.page(decisions_url).into_iter();
        let answers: Vec<String> = answers.chain(self.commands(stack)).collect();
        plain(&format!("{sentence} -> {}", answers.join(" | ")))
    }
}

fn plain(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        '"' => '\'',
        '\\' => '/',
        letter if letter.is_control() => ' ',
        letter => letter,
    });
    letters.collect()
}

/// All notices of one look as one message; `None` where there are none.
pub fn message(notices: &[String], stack: &str) -> Option<String> {
    let mut told: Vec<String> = notices.iter().take(MOST).cloned().collect();
    if let Some(more @ 1..) = notices.len().checked_sub(MOST) {
        told.push(format!(
            "{more} more -> {}",
            at_stack("reviewloop status", stack)
        ));
    }
    (!told.is_empty()).then(|| told.join(" ; "))
}

#[cfg(test)]
mod tests;
