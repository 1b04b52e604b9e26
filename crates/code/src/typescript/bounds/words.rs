//! Words by what may stand before and after them.

/// What a word does to what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// An operand: a name, `this`, `null`.
    Plain,
    /// `if`, `while`, `for`, `with`: their brackets are followed by a statement.
    Control,
    /// An expression or a statement follows, never an operator: `return`, `typeof`, `else`.
    Leading,
    /// A name or a word of the language, as the rest of the text has it.
    Either,
}

pub(super) fn class(word: &[u8]) -> Word {
    match word {
        b"if" | b"while" | b"for" | b"with" => Word::Control,
        b"return" | b"typeof" | b"case" | b"do" | b"else" | b"in" | b"instanceof" | b"new" | b"void"
        | b"delete" | b"throw" | b"default" | b"extends" | b"try" | b"finally" => Word::Leading,
        b"abstract" | b"accessor" | b"as" | b"assert" | b"asserts" | b"async" | b"await" | b"break"
        | b"catch" | b"class" | b"const" | b"continue" | b"debugger" | b"declare" | b"defer" | b"enum"
        | b"export" | b"from" | b"function" | b"get" | b"global" | b"implements" | b"import" | b"infer"
        | b"interface" | b"is" | b"keyof" | b"let" | b"module" | b"namespace" | b"of" | b"out"
        | b"override" | b"package" | b"private" | b"protected" | b"public" | b"readonly" | b"require"
        | b"satisfies" | b"set" | b"source" | b"static" | b"switch" | b"type" | b"unique" | b"using"
        | b"var" | b"yield" => Word::Either,
        _ => Word::Plain,
    }
}

/// Whether the word continues an expression or statement that stands before it.
pub(super) fn continues(word: &[u8]) -> bool {
    matches!(
        word,
        b"in"
            | b"instanceof"
            | b"as"
            | b"satisfies"
            | b"of"
            | b"extends"
            | b"implements"
            | b"is"
            | b"from"
            | b"else"
            | b"catch"
            | b"finally"
    )
}

/// Whether a line that begins with the word begins a statement, in code that is set as people set it.
pub(super) fn begins(word: &[u8]) -> bool {
    matches!(
        word,
        b"import"
            | b"export"
            | b"const"
            | b"let"
            | b"var"
            | b"function"
            | b"class"
            | b"async"
            | b"interface"
            | b"type"
            | b"enum"
            | b"declare"
            | b"namespace"
            | b"abstract"
    )
}

/// Whether the word can stand nowhere but at the beginning of a statement.
pub(super) fn only_begins(word: &[u8]) -> bool {
    matches!(
        word,
        b"const"
            | b"var"
            | b"export"
            | b"if"
            | b"for"
            | b"return"
            | b"throw"
            | b"try"
            | b"switch"
            | b"break"
            | b"continue"
            | b"case"
            | b"debugger"
            | b"enum"
    )
}

/// What the parser goes deeper for at the word, in steps of an expression.
pub(super) fn depth(word: &[u8]) -> u32 {
    match word {
        b"new" | b"extends" => 3,
        b"class" => 2,
        b"typeof" | b"void" | b"delete" | b"await" | b"yield" | b"throw" | b"keyof" | b"unique"
        | b"readonly" | b"infer" | b"asserts" | b"async" | b"abstract" => 1,
        _ => 0,
    }
}

/// The same in steps of a statement.
pub(super) fn statement_depth(word: &[u8]) -> u32 {
    match word {
        b"for" => 3,
        b"if" | b"else" | b"while" | b"do" | b"with" => 1,
        _ => 0,
    }
}

pub(super) fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}
