//! Commands that a person types.

use contracts::names::DEFAULT_STACK;

/// The word as a shell takes it.
pub fn word(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "@.+-_=:,/".contains(letter);
    if word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The command for this stack, whose name is left out where the command line knows it.
pub fn at_stack(command: &str, stack: &str) -> String {
    if stack == DEFAULT_STACK {
        command.to_owned()
    } else {
        format!("{command} --stack {stack}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_its_stack_unless_it_is_the_default_one() {
        let at = |stack| at_stack("reviewloop upload FILE", stack);
        assert_eq!(at(DEFAULT_STACK), "reviewloop upload FILE");
        assert_eq!(at("mine"), "reviewloop upload FILE --stack mine");
    }
}
