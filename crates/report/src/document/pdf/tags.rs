//! What the parts of the document mean, as the tree of tags that a screen reader goes along.

use pdf_writer::types::{ListNumbering, StructRole, TableHeaderScope};
use pdf_writer::writers::{StructElement, StructTreeRoot};
use pdf_writer::{Finish as _, Pdf, Ref, TextStr};

use super::file::number;
use super::sheet::{Child, Node, Role, Sheet};

/// The tree as it is written.
struct Tree<'a> {
    pages: &'a [Ref],
    /// The element of each part, and the one that it is in; none where nothing of it is drawn.
    elements: Vec<Option<(Ref, Ref)>>,
    /// The number within its page of each group that means something, as the content of the page counts them.
    numbers: Vec<Vec<i32>>,
}

/// Writes the tree of `sheet`, whose pages are `pages`: where it is.
pub(super) fn write(pdf: &mut Pdf, next: &mut Ref, sheet: &Sheet, pages: &[Ref]) -> Ref {
    let [root, document] = std::array::from_fn(|_| next.bump());
    let tree = Tree { pages, elements: elements(sheet, document, next), numbers: numbers(sheet) };
    let above: Vec<Ref> = pages.iter().map(|_| next.bump()).collect();
    let mut written = pdf.indirect(root).start::<StructTreeRoot<'_>>();
    written.child(document).parent_tree_next_key(number(above.len()));
    let mut by_page = written.parent_tree();
    let mut pairs = by_page.nums();
    for (page, list) in above.iter().enumerate() {
        pairs.insert(number(page), *list);
    }
    pairs.finish();
    by_page.finish();
    written.finish();
    for (list, groups) in above.iter().zip(&sheet.pages) {
        let nodes = groups.iter().filter_map(|it| it.node);
        pdf.indirect(*list).array().items(nodes.map(|it| tree.element(it).unwrap_or(document)));
    }
    let mut written = pdf.indirect(document).start::<StructElement<'_>>();
    written.kind(StructRole::Document).parent(root).lang(TextStr("en"));
    let mut children = written.children();
    for element in sheet.roots.iter().filter_map(|it| tree.element(*it)) {
        children.struct_element(element);
    }
    children.finish();
    written.finish();
    for (node, element) in sheet.nodes.iter().zip(&tree.elements) {
        if let Some((at, parent)) = *element {
            tree.write(node, pdf.indirect(at).start::<StructElement<'_>>().parent(parent));
        }
    }
    root
}

impl Tree<'_> {
    fn element(&self, node: usize) -> Option<Ref> {
        self.elements.get(node).copied().flatten().map(|(at, _)| at)
    }

    fn write(&self, node: &Node, written: &mut StructElement<'_>) {
        written.kind(kind(&node.role));
        match &node.role {
            Role::List => {
                written.attributes().push().list().list_numbering(ListNumbering::None);
            }
            Role::HeadCell => {
                written.attributes().push().table().scope(TableHeaderScope::Column);
            }
            Role::Figure(alt) => {
                written.alt(TextStr(alt));
            }
            _ => {}
        }
        // What is drawn on this page needs only its number.
        let page = node.children.iter().find_map(|it| match it {
            Child::Drawn(page, _) => self.pages.get(*page).copied(),
            Child::Node(_) => None,
        });
        if let Some(page) = page {
            written.page(page);
        }
        let mut children = written.children();
        for child in &node.children {
            match *child {
                Child::Node(id) => {
                    if let Some(element) = self.element(id) {
                        children.struct_element(element);
                    }
                }
                Child::Drawn(on, place) => {
                    let number = self.numbers.get(on).and_then(|it| it.get(place)).copied();
                    let Some((on, number)) = self.pages.get(on).copied().zip(number) else { continue };
                    if Some(on) == page {
                        children.marked_content_id(number);
                    } else {
                        children.marked_content_ref().marked_content_id(number).page(on);
                    }
                }
            }
        }
    }
}

/// The element of each part of which something is drawn, and the one that it is in.
fn elements(sheet: &Sheet, document: Ref, next: &mut Ref) -> Vec<Option<(Ref, Ref)>> {
    let mut drawn = vec![false; sheet.nodes.len()];
    // A part comes after the one that it is in.
    for (at, node) in sheet.nodes.iter().enumerate().rev() {
        let any = node.children.iter().any(|it| match it {
            Child::Node(id) => drawn.get(*id) == Some(&true),
            Child::Drawn(..) => true,
        });
        if let Some(it) = drawn.get_mut(at) {
            *it = any;
        }
    }
    let mut elements: Vec<Option<(Ref, Ref)>> =
        drawn.iter().map(|it| it.then(|| (next.bump(), document))).collect();
    for (at, node) in sheet.nodes.iter().enumerate() {
        let Some((parent, _)) = elements.get(at).copied().flatten() else { continue };
        for child in &node.children {
            if let Child::Node(id) = child
                && let Some(Some((_, above))) = elements.get_mut(*id)
            {
                *above = parent;
            }
        }
    }
    elements
}

fn numbers(sheet: &Sheet) -> Vec<Vec<i32>> {
    let page = |groups: &Vec<super::sheet::Group>| {
        let before = groups.iter().scan(0, |count, it| {
            let own = *count;
            *count += i32::from(it.node.is_some());
            Some(own)
        });
        before.collect()
    };
    sheet.pages.iter().map(page).collect()
}

fn kind(role: &Role) -> StructRole {
    match role {
        Role::Section => StructRole::Sect,
        Role::Heading(1) => StructRole::H1,
        Role::Heading(2) => StructRole::H2,
        Role::Heading(_) => StructRole::H3,
        Role::Paragraph => StructRole::P,
        Role::List => StructRole::L,
        Role::Item => StructRole::LI,
        Role::Body => StructRole::LBody,
        Role::Table => StructRole::Table,
        Role::Row => StructRole::TR,
        Role::HeadCell => StructRole::TH,
        Role::Cell => StructRole::TD,
        Role::Code => StructRole::Code,
        Role::Figure(_) => StructRole::Figure,
    }
}
