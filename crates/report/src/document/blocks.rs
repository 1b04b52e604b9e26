//! What a document is made of: sections of sentences, lists, tables and pictures. In every text, names stand between
//! backticks.

use crate::markdown::shorten;
use crate::visible::visible;
use crate::words::count;

/// How many rows a table shows before the rest is counted.
pub(super) const ROWS: usize = 1_000;
/// How many lines a list shows before the rest is counted.
pub(super) const LINES: usize = 100;

/// The document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is of.
    pub title: String,
    /// A sentence or two below the title.
    pub about: String,
    /// Its sections, in their order.
    pub sections: Vec<Section>,
}

/// One section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its id, which links and the regulatory mapping name.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it shows, in a sentence.
    pub about: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Says(String),
    /// What would fill a place where nothing is.
    Missing(String),
    /// A heading within the section.
    Head(String),
    /// Lines of a list.
    List(Vec<String>),
    /// Facts with their names.
    Terms(Vec<(&'static str, String)>),
    /// Rows and columns.
    Table(Table),
    /// Lines to write into a file, told in a sentence.
    Lines(String, Vec<String>),
    /// A diagram.
    Picture(Picture),
}

/// Rows and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the rows are.
    pub caption: String,
    /// Titles of columns, and how wide each is beside the others.
    pub columns: Vec<(&'static str, u8)>,
    /// Rows; each has a cell for each column.
    pub rows: Vec<Vec<String>>,
}

/// A diagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it is of.
    pub title: String,
    /// What it shows, in words.
    pub about: String,
    /// It as SVG, with classes in the place of colours.
    pub svg: String,
    /// It as Mermaid text, where Markdown shows it.
    pub chart: Option<String>,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Words(String),
    /// A name, a path or an id.
    Name(String),
}

impl Part {
    /// The text of it.
    pub fn text(&self) -> &str {
        match self {
            Self::Words(it) | Self::Name(it) => it,
        }
    }
}

/// The pieces of a text, with everything that hides written out and long names shortened in the middle. A backtick without its partner is itself.
pub fn parts(text: &str) -> Vec<Part> {
    let shown = visible(text);
    if !shown.matches('`').count().is_multiple_of(2) {
        return vec![Part::Words(shown.into_owned())];
    }
    let pieces = shown.split('`').enumerate().filter(|(_, it)| !it.is_empty());
    pieces
        .map(|(at, it)| if at % 2 == 1 { Part::Name(shorten(it)) } else { Part::Words(it.to_owned()) })
        .collect()
}

impl Section {
    pub(super) fn new(id: &'static str, title: &'static str, about: &str) -> Self {
        Self { id, title, about: about.to_owned(), blocks: Vec::new() }
    }

    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Says(text.into()));
    }

    pub(super) fn missing(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Missing(text.into()));
    }

    pub(super) fn head(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Head(text.into()));
    }

    pub(super) fn terms(&mut self, terms: Vec<(&'static str, String)>) {
        self.blocks.push(Block::Terms(terms));
    }

    /// A list; what is beyond [`LINES`] is counted.
    pub(super) fn list(&mut self, lines: impl IntoIterator<Item = String>) {
        let mut lines: Vec<String> = lines.into_iter().collect();
        if lines.len() > LINES {
            let more = lines.len() - LINES;
            lines.truncate(LINES);
            lines.push(format!("and {more} more"));
        }
        if !lines.is_empty() {
            self.blocks.push(Block::List(lines));
        }
    }

    /// A table; what is beyond [`ROWS`] is counted, and `rest` says where it stands.
    pub(super) fn table(
        &mut self,
        noun: &str,
        columns: &[(&'static str, u8)],
        rows: impl ExactSizeIterator<Item = Vec<String>>,
        rest: &str,
    ) {
        let all = rows.len();
        let rows = rows.take(ROWS).collect();
        let caption = if all > ROWS {
            format!("The first {ROWS} of {}. {rest}", count(all, noun))
        } else {
            count(all, noun)
        };
        self.blocks.push(Block::Table(Table { caption, columns: columns.to_vec(), rows }));
    }
}

impl Document {
    /// Every text of it, in order, as all forms show it: without pictures, which each form draws in its own way.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.title.as_str(), self.about.as_str()];
        for section in &self.sections {
            texts.extend([section.title, section.about.as_str()]);
            section.blocks.iter().for_each(|it| it.texts(&mut texts));
        }
        texts
    }
}

impl Document {
    /// Changes every text of it.
    pub(super) fn change(&mut self, change: &dyn Fn(&mut String)) {
        change(&mut self.title);
        change(&mut self.about);
        for section in &mut self.sections {
            change(&mut section.about);
            section.blocks.iter_mut().for_each(|it| it.change(change));
        }
    }
}

impl Block {
    fn change(&mut self, change: &dyn Fn(&mut String)) {
        match self {
            Self::Says(it) | Self::Missing(it) | Self::Head(it) => change(it),
            Self::List(lines) => lines.iter_mut().for_each(change),
            Self::Terms(terms) => terms.iter_mut().for_each(|(_, it)| change(it)),
            Self::Table(table) => table.rows.iter_mut().flatten().for_each(change),
            Self::Lines(title, lines) => {
                change(title);
                lines.iter_mut().for_each(change);
            }
            Self::Picture(it) => {
                change(&mut it.title);
                change(&mut it.about);
            }
        }
    }

    fn texts<'a>(&'a self, texts: &mut Vec<&'a str>) {
        match self {
            Self::Says(it) | Self::Missing(it) | Self::Head(it) => texts.push(it),
            Self::List(lines) => texts.extend(lines.iter().map(String::as_str)),
            Self::Terms(terms) => texts.extend(terms.iter().flat_map(|(name, it)| [*name, it.as_str()])),
            Self::Table(table) => {
                texts.push(&table.caption);
                texts.extend(table.rows.iter().flatten().map(String::as_str));
            }
            Self::Lines(title, lines) => {
                texts.push(title);
                texts.extend(lines.iter().map(String::as_str));
            }
            Self::Picture(it) => texts.extend([it.title.as_str(), it.about.as_str()]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_backticks_and_hide_nothing() {
        let name = |it: &str| Part::Name(it.to_owned());
        let words = |it: &str| Part::Words(it.to_owned());
        assert_eq!(parts("reads `a\u{202e}b` now"), [words("reads "), name("a\\u{202e}b"), words(" now")]);
        assert_eq!(parts("one ` alone"), [words("one ` alone")]);
        assert!(parts("").is_empty());
    }
}
