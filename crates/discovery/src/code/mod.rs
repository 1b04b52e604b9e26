//! Code of a repository that makes or serves agents: which files are looked at, and what becomes of what they say.
//!
//! A file is looked at because it imports something of a framework that the catalog knows, or asks a model by requests of its own, because
//! such a file imports it, or because it imports such a file. All others are passed over after a glance at their imports, and so is what was compiled from
//! another file of the repository (`compiled`).
//!
//! What lives here: the glance (`glance`), the gathering of what has to do with what was found (`gather`), and the programs
//! that it makes (`programs`), each parsed, followed and let go of by itself, what an agent of one is given (`given`), and what tests make only to try
//! it (`tried`).

mod announced;
mod compiled;
mod gather;
mod given;
mod glance;
mod packages;
mod programs;
mod tried;

use ambit_code::ir::{Language, Module};
use ambit_code::{python, typescript};
use ambit_model::{Place, Problem};

pub(crate) use announced::announced;
pub(crate) use gather::{Tree, gather};
pub(crate) use glance::{Glance, Sought};
pub(crate) use packages::packages;
pub(crate) use programs::read;

/// The largest file of code that is parsed: what is larger was not written by hand.
pub(crate) const LARGEST: u64 = 2 * 1024 * 1024;
/// The largest that is opened to see whether it has to do with agents at all: bundles are larger than what is parsed.
pub(crate) const LARGEST_SEARCHED: u64 = 64 * 1024 * 1024;

/// Endings of code, with the language.
const ENDINGS: &[(&str, Language)] = &[
    (".py", Language::Python),
    (".ipynb", Language::Python),
    (".ts", Language::TypeScript),
    (".tsx", Language::TypeScript),
    (".mts", Language::TypeScript),
    (".cts", Language::TypeScript),
    (".js", Language::TypeScript),
    (".jsx", Language::TypeScript),
    (".mjs", Language::TypeScript),
    (".cjs", Language::TypeScript),
];

/// What names of files of code end with.
pub fn code_endings() -> impl Iterator<Item = &'static str> {
    ENDINGS.iter().map(|it| it.0)
}

/// The language of the file at `path`. Declarations without code are none.
pub(crate) fn language(path: &str) -> Option<Language> {
    let declares = [".d.ts", ".d.mts", ".min.js"].iter().any(|it| path.ends_with(it));
    ENDINGS.iter().filter(|_| !declares).find(|(ending, _)| path.ends_with(ending)).map(|(_, it)| *it)
}

/// The module that the file is.
pub(crate) fn parse(path: &str, text: &str, language: Language) -> Module {
    match language {
        Language::Python if path.ends_with(".ipynb") => python::notebook(path, text),
        Language::Python => python::parse(path, text),
        Language::TypeScript => typescript::parse(path, text),
    }
}

/// The problem of a file that imports something of a framework, but is too large to be parsed.
pub(crate) fn too_large(path: &str) -> Problem {
    let message = format!(
        "the file imports an agent framework and is larger than {} MiB, so it was not parsed",
        LARGEST >> 20
    );
    Problem::at(
        &Place::start(path),
        message,
        "agents and tools in it are not on the map; split it, or state them in `ambit.yaml`",
    )
}
