//! From a path to the module that declares what it names, through imports, re-exports and globs.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Crate, Leads, Module, Name, Space};
use super::paths::{self, Kind, Written};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Module(usize),
    Item {
        module: usize,
        name: String,
    },
    /// Another crate's, the prelude's, a variable or a type parameter.
    Outside,
}

impl Target {
    pub fn module(&self) -> Option<usize> {
        match self {
            Target::Module(module) | Target::Item { module, .. } => Some(*module),
            Target::Outside => None,
        }
    }
}

pub struct Resolver<'a> {
    all: &'a Crate,
    /// Modules in which an `impl` gives a type a function of a name.
    associated: BTreeMap<(Target, String), BTreeSet<usize>>,
}

/// Questions that are being answered: an import may lead back to itself.
type Asked = BTreeSet<(usize, String, Space)>;

const SPACES: [Space; 3] = [Space::Types, Space::Values, Space::Macros];

impl<'a> Resolver<'a> {
    pub fn new(all: &'a Crate) -> Resolver<'a> {
        let mut resolver = Resolver {
            all,
            associated: BTreeMap::new(),
        };
        let mut associated: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
        for (place, module) in all.modules.iter().enumerate() {
            for block in paths::associated(module) {
                let of = resolver.path(place, &block.of, Space::Types, &mut Asked::new());
                for name in block.names {
                    let of = of.clone().unwrap_or(Target::Outside);
                    associated.entry((of, name)).or_default().insert(place);
                }
            }
        }
        resolver.associated = associated;
        resolver
    }

    /// The modules that declare what a path in `from` names; none where it is nothing of this crate.
    pub fn targets(&self, from: usize, written: &Written) -> Result<BTreeSet<usize>, Unknown> {
        let spaces = match &written.kind {
            Kind::In(space) => std::slice::from_ref(space),
            Kind::Glob => &SPACES[..1],
            Kind::Import | Kind::Token => &SPACES[..],
        };
        let found: BTreeSet<Target> = spaces
            .iter()
            .filter_map(|space| self.path(from, &written.path, *space, &mut Asked::new()))
            .collect();
        if found.is_empty() {
            return self.unknown(from, &written.path);
        }
        let mut modules = BTreeSet::new();
        for target in &found {
            // A word in a macro's tokens that is also a module's name is a word.
            let word = written.kind == Kind::Token && written.path.len() == 1;
            if !(word && matches!(target, Target::Module(_))) {
                modules.extend(target.module());
            }
            if let Some(last) = written.path.last() {
                let declared = self.associated.get(&(target.clone(), last.clone()));
                modules.extend(declared.into_iter().flatten());
            }
            if let (Kind::Glob, Target::Module(module)) = (written.kind, target) {
                modules.extend(self.traits(from, *module));
            }
        }
        Ok(modules)
    }

    /// A glob brings traits whose names are never written.
    fn traits(&self, from: usize, of: usize) -> Vec<usize> {
        let names = self.all.modules[of].names.iter();
        let visible = names.filter(|name| self.sees(from, of, name.public));
        let targets = visible
            .filter_map(|name| self.name_in(of, &name.name, Space::Types, from, &mut Asked::new()));
        targets
            .filter_map(|target| match target {
                Target::Item { module, name } => {
                    let is_trait = self.all.modules[module].traits.contains(&name);
                    is_trait.then_some(module)
                }
                _ => None,
            })
            .collect()
    }

    /// Where a macro may have declared it, it is taken to be there.
    fn unknown(&self, from: usize, path: &[String]) -> Result<BTreeSet<usize>, Unknown> {
        let before = &path[..path.len().saturating_sub(1)];
        let of = match before {
            [] => Some(Target::Module(from)),
            before => self.path(from, before, Space::Types, &mut Asked::new()),
        };
        match of {
            Some(Target::Module(module)) if self.all.modules[module].is_opaque => {
                Ok(BTreeSet::from([module]))
            }
            _ => Err(Unknown),
        }
    }

    fn path(
        &self,
        from: usize,
        path: &[String],
        space: Space,
        asked: &mut Asked,
    ) -> Option<Target> {
        let mut at = None;
        for (place, name) in path.iter().enumerate() {
            let last = place + 1 == path.len();
            let space = if last { space } else { Space::Types };
            let here = at.clone();
            let next = match (name.as_str(), here) {
                ("crate", None) => Target::Module(0),
                ("self", None) => Target::Module(from),
                ("super", None) => Target::Module(self.module(from).parent?),
                ("super", Some(Target::Module(module))) => {
                    Target::Module(self.module(module).parent?)
                }
                // What nobody here declares is another crate's, or a variable.
                (_, None) => {
                    let target = self.name_at(from, name, space, asked);
                    target.unwrap_or(Target::Outside)
                }
                (_, Some(Target::Module(module))) => {
                    self.name_in(module, name, space, from, asked)?
                }
                // A variant, or something associated.
                (_, Some(target)) => return Some(target),
            };
            at = Some(next);
        }
        at
    }

    /// A name as it stands in a module's code.
    fn name_at(&self, from: usize, name: &str, space: Space, asked: &mut Asked) -> Option<Target> {
        let module = self.module(from);
        if let Some(found) = self.among(from, &module.inner, name, space, from, asked) {
            return Some(found);
        }
        if let Some(found) = self.name_in(from, name, space, from, asked) {
            return Some(found);
        }
        let declared = self.all.macros.get(name);
        declared
            .filter(|_| space == Space::Macros)
            .map(|module| Target::Module(*module))
    }

    /// A name in a module, as `from` sees it.
    fn name_in(
        &self,
        of: usize,
        name: &str,
        space: Space,
        from: usize,
        asked: &mut Asked,
    ) -> Option<Target> {
        if !asked.insert((of, name.to_owned(), space)) {
            return None;
        }
        let module = self.module(of);
        let found = self
            .among(of, &module.names, name, space, from, asked)
            .or_else(|| self.through_globs(of, name, space, from, asked));
        asked.remove(&(of, name.to_owned(), space));
        found
    }

    fn among(
        &self,
        of: usize,
        names: &[Name],
        name: &str,
        space: Space,
        from: usize,
        asked: &mut Asked,
    ) -> Option<Target> {
        let mut outside = None;
        for found in names.iter().filter(|found| found.name == name) {
            let fits = found.space.is_none_or(|its| its == space);
            if !fits || !self.sees(from, of, found.public) {
                continue;
            }
            let target = match &found.leads {
                Leads::Here => Some(Target::Item {
                    module: of,
                    name: name.to_owned(),
                }),
                Leads::Module(module) => Some(Target::Module(*module)),
                Leads::Path(path) => self.path(of, path, space, asked),
            };
            match target {
                Some(Target::Outside) => outside = Some(Target::Outside),
                Some(target) => return Some(target),
                None => {}
            }
        }
        outside
    }

    fn through_globs(
        &self,
        of: usize,
        name: &str,
        space: Space,
        from: usize,
        asked: &mut Asked,
    ) -> Option<Target> {
        let mut outside = None;
        for glob in &self.module(of).globs {
            if !self.sees(from, of, glob.public) {
                continue;
            }
            let found = match self.path(of, &glob.path, Space::Types, asked) {
                Some(Target::Module(module)) => self.name_in(module, name, space, of, asked),
                Some(Target::Item { module, name: of }) => {
                    let variants = self.module(module).variants.get(&of);
                    let known = variants.is_some_and(|variants| variants.contains(name));
                    known.then_some(Target::Item { module, name: of })
                }
                Some(Target::Outside) => {
                    outside = Some(Target::Outside);
                    None
                }
                None => None,
            };
            match found {
                Some(Target::Outside) => outside = found,
                Some(_) => return found,
                None => {}
            }
        }
        outside
    }

    /// A module sees what is its own, its ancestors' and what is public.
    fn sees(&self, from: usize, of: usize, public: bool) -> bool {
        let mut at = Some(from);
        public
            || std::iter::from_fn(|| {
                let module = at?;
                at = self.module(module).parent;
                Some(module)
            })
            .any(|module| module == of)
    }

    fn module(&self, place: usize) -> &Module {
        &self.all.modules[place]
    }
}

/// A path of this crate that leads nowhere: the test has not understood something.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown;
