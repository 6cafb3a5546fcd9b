//! Variables: a missing one is nil, and every value that is read is counted.
//!
//! `{{ task.input.nothing }}` writes nothing, `{% for x in task.input.nothing %}` runs no turn.
//! `liquid` looks variables up through its `Runtime`: here one [`Scope`] at the bottom, and one
//! more for each loop's turn, which answers before those below it.

use std::collections::BTreeSet;

use liquid_core::model::{
    KString, KStringCow, KStringRef, Object, ScalarCow, Value, ValueCow, ValueView, try_find,
};
use liquid_core::runtime::{PartialStore, Registers};
use liquid_core::{Result, Runtime};

use super::budget::{take_bytes, take_steps, weight};

pub struct Scope<'r> {
    parent: &'r dyn Runtime,
    /// A loop's variable and its value in this turn.
    item: Option<(&'r str, &'r dyn ValueView)>,
}

/// The loops that are running, the innermost last: a register of the rendering. `forloop` comes
/// from here and not from a variable, which a template could nest in itself turn by turn.
#[derive(Default)]
pub struct Loops(pub Vec<Turn>);

pub struct Turn {
    pub index: usize,
    pub length: usize,
}

impl<'r> Scope<'r> {
    /// The template's globals, and its own assignments.
    pub fn bottom(runtime: &'r dyn Runtime) -> Self {
        Self {
            parent: runtime,
            item: None,
        }
    }

    pub fn turn(parent: &'r dyn Runtime, variable: &'r str, item: &'r dyn ValueView) -> Self {
        Self {
            parent,
            item: Some((variable, item)),
        }
    }

    /// `found` where the budget allows it. One that does not ends the next step, too.
    fn counted<'v>(&self, steps: usize, found: Option<ValueCow<'v>>) -> Option<ValueCow<'v>> {
        take_steps(self, steps).ok()?;
        let found = found?;
        take_bytes(self, weight(&found)).ok()?;
        Some(found)
    }
}

impl Runtime for Scope<'_> {
    fn try_get(&self, path: &[ScalarCow<'_>]) -> Option<ValueCow<'_>> {
        let Some((variable, item)) = self.item else {
            return self.counted(path.len(), self.parent.try_get(path));
        };
        let (name, rest) = path.split_first()?;
        let name = name.to_kstr();
        if name == variable {
            return self.counted(path.len(), try_find(item, rest));
        }
        if name == "forloop" {
            let loops = self.registers().get_mut::<Loops>();
            let steps = loops.0.len() + path.len();
            let forloop = forloop(&loops.0);
            drop(loops);
            let found = try_find(&forloop, rest).map(|found| found.into_owned().into());
            return self.counted(steps, found);
        }
        self.parent.try_get(path)
    }

    fn get(&self, path: &[ScalarCow<'_>]) -> Result<ValueCow<'_>> {
        if let Some(value) = self.try_get(path) {
            return Ok(value);
        }
        // Missing, or not allowed any more.
        take_steps(self, 0)?;
        Ok(ValueCow::Owned(Value::Nil))
    }

    fn partials(&self) -> &dyn PartialStore {
        self.parent.partials()
    }

    fn name(&self) -> Option<KStringRef<'_>> {
        self.parent.name()
    }

    fn roots(&self) -> BTreeSet<KStringCow<'_>> {
        self.parent.roots()
    }

    fn set_global(&self, name: KString, value: Value) -> Option<Value> {
        self.parent.set_global(name, value)
    }

    fn set_index(&self, name: KString, value: Value) -> Option<Value> {
        self.parent.set_index(name, value)
    }

    fn get_index<'a>(&'a self, name: &str) -> Option<ValueCow<'a>> {
        self.parent.get_index(name)
    }

    fn registers(&self) -> &Registers {
        self.parent.registers()
    }
}

/// The innermost loop, with those around it as `parentloop`.
fn forloop(loops: &[Turn]) -> Value {
    loops.iter().fold(Value::Nil, |parentloop, turn| {
        let number = |number: usize| Value::scalar(i64::try_from(number).unwrap_or(i64::MAX));
        let Turn { index, length } = *turn;
        let left = length - index;
        let mut forloop = Object::new();
        forloop.insert("length".into(), number(length));
        forloop.insert("index0".into(), number(index));
        forloop.insert("index".into(), number(index + 1));
        forloop.insert("rindex0".into(), number(left - 1));
        forloop.insert("rindex".into(), number(left));
        forloop.insert("first".into(), Value::scalar(index == 0));
        forloop.insert("last".into(), Value::scalar(left == 1));
        forloop.insert("parentloop".into(), parentloop);
        Value::Object(forloop)
    })
}
