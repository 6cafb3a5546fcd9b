//! The members that a request type declares, from its own refusal of one that it does not.

use serde_json::{Error, Value, json};

/// A name that no request has.
pub(super) const STRANGER: &str = "no such member";

/// Deep enough for every request; types that contain themselves end here.
const DEPTH: usize = 6;

type Reads = fn(Value) -> Result<(), Error>;

pub(super) struct Member {
    name: String,
    /// Between the name and the braces: nothing, `[]` or `{}`.
    kind: &'static str,
    members: Vec<Member>,
}

pub(super) fn of(reads: Reads) -> Vec<Member> {
    let mut members = below(reads, &|inner| inner, DEPTH);
    // A type that is read by hand asks for a member that serde does not know of.
    if let Some(name) = missing(reads, json!({}))
        && members.iter().all(|known| known.name != name)
    {
        let by_hand = Member {
            name,
            kind: "",
            members: Vec::new(),
        };
        members.insert(0, by_hand);
    }
    members
}

/// The required member that an object lacks.
fn missing(reads: Reads, object: Value) -> Option<String> {
    let refusal = reads(object).err()?.to_string();
    let (name, _) = refusal.strip_prefix("missing field `")?.split_once('`')?;
    Some(name.to_owned())
}

pub(super) fn listed(members: &[Member]) -> String {
    let one = |member: &Member| {
        let (name, kind) = (&member.name, member.kind);
        match member.members.as_slice() {
            [] => name.clone(),
            members => format!("{name}{kind}{{{}}}", listed(members)),
        }
    };
    members.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The members of the object that `place` puts into a request.
fn below(reads: Reads, place: &dyn Fn(Value) -> Value, depth: usize) -> Vec<Member> {
    if depth == 0 {
        return Vec::new();
    }
    let member = |name: String| {
        let object = |inner: Value| place(json!({ &name: inner }));
        let list = |inner: Value| place(json!({ &name: [inner] }));
        let map = |inner: Value| place(json!({ &name: { "key": inner } }));
        let places: [(&str, &dyn Fn(Value) -> Value); 3] =
            [("", &object), ("[]", &list), ("{}", &map)];
        let found = places.into_iter().find_map(|(kind, place)| {
            let members = below(reads, place, depth - 1);
            (!members.is_empty()).then_some((kind, members))
        });
        let (kind, members) = found.unwrap_or_default();
        Member {
            name,
            kind,
            members,
        }
    };
    names(reads, place).into_iter().map(member).collect()
}

/// Serde's refusal says which fields it expected.
fn names(reads: Reads, place: &dyn Fn(Value) -> Value) -> Vec<String> {
    let refused = refused(reads, place).unwrap_or_default();
    let prefix = format!("unknown field `{STRANGER}`, expected ");
    let expected = refused.strip_prefix(&prefix).unwrap_or_default();
    let quoted = expected.split('`').skip(1).step_by(2);
    quoted.map(str::to_owned).collect()
}

/// What an object with a member that it does not declare is told. A type that reads a member by
/// hand may ask for that one first.
pub(super) fn refused(reads: Reads, place: &dyn Fn(Value) -> Value) -> Option<String> {
    let object = match missing(reads, place(json!({ STRANGER: "" }))) {
        Some(first) => json!({ first: "", STRANGER: "" }),
        None => json!({ STRANGER: "" }),
    };
    Some(reads(place(object)).err()?.to_string())
}
