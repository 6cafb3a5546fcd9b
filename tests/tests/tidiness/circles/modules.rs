//! A crate's modules, their files, and the names that stand in each: what is declared there, and what is
//! imported.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Attribute, Fields, Item, UseTree, Visibility};

use super::attributes::{is_for_tests, path_of_module};
use super::macros;

/// Paths to texts: a crate's files, or sources in memory.
pub type Sources = BTreeMap<String, String>;

pub struct Module {
    pub parent: Option<usize>,
    pub file: String,
    pub names: Vec<Name>,
    /// What stands in its functions' bodies. Nobody else sees it.
    pub inner: Vec<Name>,
    pub globs: Vec<Glob>,
    pub variants: BTreeMap<String, BTreeSet<String>>,
    pub traits: BTreeSet<String>,
    /// Whether a macro may declare something here.
    pub is_opaque: bool,
    pub items: Vec<Item>,
}

/// Rust keeps one name for each of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    Types,
    Values,
    Macros,
}

pub struct Name {
    pub name: String,
    /// None where it may be of every space, as an import is.
    pub space: Option<Space>,
    pub public: bool,
    pub leads: Leads,
}

pub enum Leads {
    /// Declared here.
    Here,
    Module(usize),
    Path(Vec<String>),
}

pub struct Glob {
    pub path: Vec<String>,
    pub public: bool,
}

pub struct Crate {
    /// The first is the root.
    pub modules: Vec<Module>,
    /// Macros that are found without a path, and where they are declared.
    pub macros: BTreeMap<String, usize>,
}

impl Crate {
    /// Reads the files from `root` on, as `mod` declarations lead to them.
    pub fn read(sources: &Sources, root: &str) -> Crate {
        let mut reader = Reader {
            sources,
            modules: Vec::new(),
            macros: BTreeMap::new(),
        };
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        reader.file(None, root, folder);
        Crate {
            modules: reader.modules,
            macros: reader.macros,
        }
    }

    /// The name of the root's module that a module is or lies in; none for the root.
    pub fn top_level(&self, place: usize) -> Option<&str> {
        let mut at = place;
        loop {
            match self.modules[at].parent? {
                0 => break,
                parent => at = parent,
            }
        }
        let mut names = self.modules[0].names.iter();
        let name = names.find(|name| matches!(name.leads, Leads::Module(module) if module == at));
        name.map(|name| name.name.as_str())
    }
}

struct Reader<'a> {
    sources: &'a Sources,
    modules: Vec<Module>,
    macros: BTreeMap<String, usize>,
}

impl Reader<'_> {
    /// `folder` is where its children's files lie.
    fn file(&mut self, parent: Option<usize>, path: &str, folder: &str) -> usize {
        let text = self.sources.get(path);
        let text = text.unwrap_or_else(|| panic!("{path} is declared and not there"));
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        self.module(parent, path, folder, file.items)
    }

    fn module(
        &mut self,
        parent: Option<usize>,
        path: &str,
        folder: &str,
        items: Vec<Item>,
    ) -> usize {
        let place = self.modules.len();
        self.modules.push(Module {
            parent,
            file: path.to_owned(),
            names: Vec::new(),
            inner: Vec::new(),
            globs: Vec::new(),
            variants: BTreeMap::new(),
            traits: BTreeSet::new(),
            is_opaque: false,
            items: Vec::new(),
        });
        let mut bodies = Bodies::default();
        for item in items {
            if is_for_tests(attributes(&item)) {
                continue;
            }
            if let Item::Mod(module) = item {
                self.child(place, folder, module);
                continue;
            }
            self.declare(place, &item);
            bodies.visit_item(&item);
            self.modules[place].items.push(item);
        }
        self.modules[place].inner = bodies.names;
        self.modules[place].globs.extend(bodies.globs);
        place
    }

    fn child(&mut self, parent: usize, folder: &str, module: syn::ItemMod) {
        let name = plain(&module.ident);
        let below = format!("{folder}/{name}");
        let at = path_of_module(&module.attrs);
        let child = match module.content {
            Some((_, items)) => {
                let file = self.modules[parent].file.clone();
                self.module(Some(parent), &file, &below, items)
            }
            None => {
                let named = at.map(|path| format!("{folder}/{path}"));
                let path = named.unwrap_or_else(|| format!("{below}.rs"));
                self.file(Some(parent), &path, &below)
            }
        };
        self.modules[parent].names.push(Name {
            name,
            space: Some(Space::Types),
            public: is_public(&module.vis),
            leads: Leads::Module(child),
        });
    }

    fn declare(&mut self, place: usize, item: &Item) {
        if let Item::Macro(item) = item {
            self.declare_macro(place, item);
        }
        let module = &mut self.modules[place];
        names_of(item, &mut module.names, &mut module.globs);
        match item {
            Item::Enum(item) => {
                let variants = item.variants.iter().map(|variant| plain(&variant.ident));
                let variants = variants.collect();
                module.variants.insert(plain(&item.ident), variants);
            }
            Item::Trait(item) => {
                module.traits.insert(plain(&item.ident));
            }
            _ => {}
        }
    }

    /// A `macro_rules!` stands where it is declared, and with `#[macro_export]` in the root.
    fn declare_macro(&mut self, place: usize, item: &syn::ItemMacro) {
        let Some(ident) = &item.ident else {
            let module = &mut self.modules[place];
            module.is_opaque = true;
            module
                .names
                .extend(macros::types(&item.mac).into_iter().map(|name| Name {
                    name,
                    space: Some(Space::Types),
                    public: true,
                    leads: Leads::Here,
                }));
            return;
        };
        let name = plain(ident);
        self.macros.insert(name.clone(), place);
        let exported = item
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_export"));
        if exported && place != 0 {
            let root = &mut self.modules[0];
            root.names.push(Name {
                name,
                space: Some(Space::Macros),
                public: true,
                leads: Leads::Module(place),
            });
        }
    }
}

/// Imports and declarations inside of functions.
#[derive(Default)]
struct Bodies {
    names: Vec<Name>,
    globs: Vec<Glob>,
}

impl<'ast> Visit<'ast> for Bodies {
    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        if let syn::Stmt::Item(item) = statement {
            if is_for_tests(attributes(item)) {
                return;
            }
            names_of(item, &mut self.names, &mut self.globs);
        }
        visit::visit_stmt(self, statement);
    }
}

fn names_of(item: &Item, names: &mut Vec<Name>, globs: &mut Vec<Glob>) {
    use Space::{Macros, Types, Values};
    let mut add = |ident: &syn::Ident, spaces: &[Space], vis: Option<&Visibility>| {
        names.extend(spaces.iter().map(|space| Name {
            name: plain(ident),
            space: Some(*space),
            public: vis.is_some_and(is_public),
            leads: Leads::Here,
        }));
    };
    match item {
        Item::Const(item) => add(&item.ident, &[Values], Some(&item.vis)),
        Item::Static(item) => add(&item.ident, &[Values], Some(&item.vis)),
        Item::Fn(item) => add(&item.sig.ident, &[Values], Some(&item.vis)),
        Item::Enum(item) => add(&item.ident, &[Types], Some(&item.vis)),
        Item::Trait(item) => add(&item.ident, &[Types], Some(&item.vis)),
        Item::TraitAlias(item) => add(&item.ident, &[Types], Some(&item.vis)),
        Item::Type(item) => add(&item.ident, &[Types], Some(&item.vis)),
        Item::Union(item) => add(&item.ident, &[Types], Some(&item.vis)),
        Item::Struct(item) => {
            let spaces: &[Space] = match item.fields {
                Fields::Named(_) => &[Types],
                Fields::Unnamed(_) | Fields::Unit => &[Types, Values],
            };
            add(&item.ident, spaces, Some(&item.vis));
        }
        Item::Macro(item) => {
            if let Some(ident) = &item.ident {
                add(ident, &[Macros], None);
            }
        }
        Item::Use(item) => {
            let public = is_public(&item.vis);
            for import in imports(item) {
                match import {
                    Import::Glob(path) => globs.push(Glob { path, public }),
                    Import::Name(name, path) => names.push(Name {
                        name,
                        space: None,
                        public,
                        leads: Leads::Path(path),
                    }),
                }
            }
        }
        _ => {}
    }
}

/// One leaf of a `use`.
pub enum Import {
    Name(String, Vec<String>),
    Glob(Vec<String>),
}

pub fn imports(item: &syn::ItemUse) -> Vec<Import> {
    let mut found = Vec::new();
    // `::name` is never ours.
    if item.leading_colon.is_none() {
        leaves(&item.tree, &mut Vec::new(), &mut found);
    }
    found
}

fn leaves(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Import>) {
    let full = |last: &syn::Ident, before: &[String]| {
        let mut path = before.to_vec();
        // `a::{self}` is `a`.
        if last != "self" || path.is_empty() {
            path.push(plain(last));
        }
        path
    };
    match tree {
        UseTree::Path(path) => {
            before.push(plain(&path.ident));
            leaves(&path.tree, before, found);
            before.pop();
        }
        UseTree::Name(name) => {
            let path = full(&name.ident, before);
            let last = path.last().expect("it has a name").clone();
            found.push(Import::Name(last, path));
        }
        UseTree::Rename(name) => {
            found.push(Import::Name(plain(&name.rename), full(&name.ident, before)));
        }
        UseTree::Glob(_) => found.push(Import::Glob(before.clone())),
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, before, found);
            }
        }
    }
}

/// `pub(in …)` is as good: whether the compiler lets it through is the compiler's.
fn is_public(visibility: &Visibility) -> bool {
    !matches!(visibility, Visibility::Inherited)
}

/// Without `r#`.
pub fn plain(ident: &syn::Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").unwrap_or(&text).to_owned()
}

pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
