//! What a macro's invocation declares, as far as it stands in the tokens.

use syn::buffer::TokenBuffer;

use super::modules::plain;

/// The names behind `struct` and `enum`. What else a macro declares is taken to be anything.
pub fn types(invocation: &syn::Macro) -> Vec<String> {
    let tokens = TokenBuffer::new2(invocation.tokens.clone());
    let mut at = tokens.begin();
    let mut found = Vec::new();
    while let Some((_, next)) = at.token_tree() {
        let declares = at
            .ident()
            .is_some_and(|(word, _)| word == "struct" || word == "enum");
        if let Some((name, _)) = next.ident().filter(|_| declares) {
            found.push(plain(&name));
        }
        at = next;
    }
    found
}
