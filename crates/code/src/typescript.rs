//! TypeScript and JavaScript.

use crate::ir::{Language, Module};

/// The module that `text` is.
pub fn parse(path: &str, _text: &str) -> Module {
    Module {
        path: path.into(),
        language: Language::TypeScript,
        imports: Vec::new(),
        body: Vec::new(),
        functions: Vec::new(),
        classes: Vec::new(),
        exports: Vec::new(),
        faults: Vec::new(),
    }
}
