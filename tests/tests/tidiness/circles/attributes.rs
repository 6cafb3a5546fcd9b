//! What attributes say: whether something is compiled without tests, where a module's file lies, and the
//! paths that stand in them.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Token};

/// `#[test]`, or a `#[cfg(…)]` that holds in tests alone.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        path.is_ident("test")
            || path.is_ident("cfg")
                && attribute
                    .parse_args::<Meta>()
                    .is_ok_and(|predicate| holds(&predicate) == Some(false))
    })
}

/// Whether a predicate holds in a build without tests; None where something else decides.
fn holds(predicate: &Meta) -> Option<bool> {
    match predicate {
        Meta::Path(path) if path.is_ident("test") => Some(false),
        Meta::List(list) => {
            let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
            let parts: Vec<Option<bool>> = parts.ok()?.iter().map(holds).collect();
            let decided = |value| parts.contains(&Some(value)).then_some(value);
            if list.path.is_ident("not") {
                parts.first().copied().flatten().map(|value| !value)
            } else if list.path.is_ident("all") {
                decided(false)
            } else if list.path.is_ident("any") {
                let all_false = parts.iter().all(|part| *part == Some(false));
                decided(true).or(all_false.then_some(false))
            } else {
                None
            }
        }
        _ => None,
    }
}

/// `#[path = "…"]`.
pub fn path_of_module(attributes: &[Attribute]) -> Option<String> {
    let path = attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("path"))?;
    match &path.meta {
        Meta::NameValue(value) => text(&value.value),
        _ => None,
    }
}

/// Members of `#[serde(…)]` whose text is a path.
const SERDE: [&str; 9] = [
    "default",
    "deserialize_with",
    "from",
    "into",
    "remote",
    "serialize_with",
    "skip_serializing_if",
    "try_from",
    "with",
];

pub fn serde_paths(attribute: &Attribute) -> Vec<syn::Path> {
    if !attribute.path().is_ident("serde") {
        return Vec::new();
    }
    let members = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let path = |member: Meta| {
        let Meta::NameValue(member) = member else {
            return None;
        };
        let known = SERDE.iter().any(|known| member.path.is_ident(known));
        syn::parse_str(&text(&member.value).filter(|_| known)?).ok()
    };
    members.into_iter().flatten().filter_map(path).collect()
}

fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}
