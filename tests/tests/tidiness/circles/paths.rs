//! Every path that a module's code writes down: in `use`, in types, expressions and patterns, inside of
//! macros' tokens, and as texts in serde's attributes.

use syn::buffer::{Cursor, TokenBuffer};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Type};

use super::attributes::{is_for_tests, serde_paths};
use super::modules::{Import, Module, Space, attributes, imports, plain};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    pub path: Vec<String>,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    In(Space),
    Import,
    Glob,
    /// In a macro's tokens or an attribute: a name or a path of any space.
    Token,
}

/// The associated functions and constants of a type, as an `impl` without a trait declares them.
pub struct Associated {
    pub of: Vec<String>,
    pub names: Vec<String>,
}

pub fn of(module: &Module) -> Vec<Written> {
    let mut visitor = Paths::default();
    for item in &module.items {
        visitor.visit_item(item);
    }
    visitor.found.sort();
    visitor.found.dedup();
    visitor.found
}

pub fn associated(module: &Module) -> Vec<Associated> {
    let impls = module.items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(item),
        _ => None,
    });
    impls
        .filter_map(|item| {
            let names = item.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(item) => Some(plain(&item.sig.ident)),
                syn::ImplItem::Const(item) => Some(plain(&item.ident)),
                _ => None,
            });
            Some(Associated {
                of: type_path(&item.self_ty)?,
                names: names.collect(),
            })
        })
        .collect()
}

#[derive(Default)]
struct Paths {
    found: Vec<Written>,
    /// What `Self` is, where that is known.
    own: Option<Vec<String>>,
}

impl Paths {
    fn add(&mut self, mut path: Vec<String>, kind: Kind) {
        if path.first().is_some_and(|first| first == "Self") {
            let Some(own) = self.own.as_ref().filter(|_| path.len() > 1) else {
                return;
            };
            path.splice(..1, own.iter().cloned());
        }
        self.found.push(Written { path, kind });
    }

    fn path(&mut self, path: &syn::Path, space: Space) {
        // `::name` is never ours.
        if path.leading_colon.is_none() {
            self.add(names(path), Kind::In(space));
        }
        for segment in &path.segments {
            self.visit_path_arguments(&segment.arguments);
        }
    }

    fn within(&mut self, own: Option<Vec<String>>, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.own, own);
        visit(self);
        self.own = before;
    }

    /// Names that follow each other with `::`, at every depth.
    fn tokens(&mut self, mut at: Cursor) {
        let mut path: Vec<String> = Vec::new();
        let mut follows_dot = false;
        while !at.eof() {
            if let Some((ident, next)) = at.ident() {
                let goes_on = !path.is_empty();
                if !goes_on || path.last().is_some_and(String::is_empty) {
                    path.retain(|name| !name.is_empty());
                    if !follows_dot {
                        path.push(plain(&ident));
                    }
                } else {
                    self.end(&mut path);
                    path.push(plain(&ident));
                }
                follows_dot = false;
                at = next;
            } else if let Some(next) = double_colon(at).filter(|_| !path.is_empty()) {
                // A place for the next name.
                path.push(String::new());
                at = next;
            } else {
                self.end(&mut path);
                // `.name` is a method or a field; what follows `..` is a path again.
                let dot = at.punct().is_some_and(|(punct, _)| punct.as_char() == '.');
                follows_dot = dot && !follows_dot;
                if let Some((inside, _, _, next)) = at.any_group() {
                    self.tokens(inside);
                    at = next;
                } else {
                    at = at.token_tree().expect("it is not the end").1;
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        path.retain(|name| !name.is_empty());
        if !path.is_empty() {
            self.add(std::mem::take(path), Kind::Token);
        }
    }
}

fn double_colon(at: Cursor) -> Option<Cursor> {
    let (first, next) = at.punct()?;
    let (second, next) = next.punct()?;
    (first.as_char() == ':' && second.as_char() == ':').then_some(next)
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        // A module in a function's body would need scopes of its own; there is none.
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for import in imports(item) {
            match import {
                Import::Name(_, path) => self.add(path, Kind::Import),
                Import::Glob(path) => self.add(path, Kind::Glob),
            }
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.within(type_path(&item.self_ty), |paths| {
            visit::visit_item_impl(paths, item);
        });
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.within(None, |paths| visit::visit_item_trait(paths, item));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path, Space::Types);
    }

    fn visit_expr_path(&mut self, expression: &'ast syn::ExprPath) {
        if let Some(of) = &expression.qself {
            self.visit_type(&of.ty);
        }
        // Of `<Type as Trait>::name` the path is the trait's.
        self.path(&expression.path, Space::Values);
    }

    fn visit_pat_tuple_struct(&mut self, pattern: &'ast syn::PatTupleStruct) {
        self.path(&pattern.path, Space::Values);
        for element in &pattern.elems {
            self.visit_pat(element);
        }
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        self.path(&invocation.path, Space::Macros);
        let tokens = TokenBuffer::new2(invocation.tokens.clone());
        self.tokens(tokens.begin());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("doc") || attribute.path().is_ident("cfg") {
            return;
        }
        for path in serde_paths(attribute) {
            self.add(names(&path), Kind::Token);
        }
        if let syn::Meta::List(list) = &attribute.meta {
            let tokens = TokenBuffer::new2(list.tokens.clone());
            self.tokens(tokens.begin());
        }
    }
}

fn names(path: &syn::Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| plain(&segment.ident))
        .collect()
}

/// Of `Name<…>` as of `&Name`.
fn type_path(of: &Type) -> Option<Vec<String>> {
    match of {
        Type::Path(of) if of.qself.is_none() => Some(names(&of.path)),
        Type::Reference(of) => type_path(&of.elem),
        _ => None,
    }
}
