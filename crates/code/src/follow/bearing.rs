//! What of a repository has to do with what is looked for: what mentions it by name, what mentions that, and so on. A name
//! stands for whatever it may mean at the top of its module, so that too much is taken rather than too little.

use std::collections::{BTreeMap, BTreeSet};

use super::world::{ModuleNo, World};
use crate::ir::{
    Arg, Class, ClassNo, Comprehension, Expr, Function, FunctionNo, Import, Kind, Module, Name, Pair, Stmt,
    StmtKind,
};

/// What is looked for.
pub struct Sought<'s> {
    /// Whether what is imported by this name from outside is meant.
    pub imported: &'s dyn Fn(&str) -> bool,
    /// Whether a text in the program is.
    pub text: &'s dyn Fn(&str) -> bool,
    /// Whether a map is that has keys which this is true of.
    pub keys: &'s dyn Fn(&dyn Fn(&str) -> bool) -> bool,
}

impl std::fmt::Debug for Sought<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sought").finish_non_exhaustive()
    }
}

/// The functions and classes that have to do with it.
#[derive(Debug, Default)]
pub(super) struct Bearing {
    functions: BTreeSet<(ModuleNo, FunctionNo)>,
    classes: BTreeSet<(ModuleNo, ClassNo)>,
}

impl Bearing {
    /// What of `world` leads to what is `sought`: to imports that no module of the world answers, among others.
    pub(super) fn of(world: &World, sought: &Sought<'_>) -> Self {
        let mut graph = Graph::default();
        let wanted = sought.imported;
        let written = graph.node();
        graph.begins.push(written);
        let tables: BTreeMap<ModuleNo, Table<'_>> = world
            .modules()
            .map(|(no, module)| (no, Table::of(module, (sought, written), &mut graph)))
            .collect();
        for (no, module) in world.modules() {
            let Some(table) = tables.get(&no) else { continue };
            table.link(module, (world, &tables), wanted, &mut graph);
        }
        let mut found = Self::default();
        let reached = graph.reached();
        for (no, table) in &tables {
            for (unit, node) in &table.units {
                if !reached.contains(node) {
                    continue;
                }
                match unit {
                    Unit::Function(it) => found.functions.insert((*no, *it)),
                    Unit::Class(it) => found.classes.insert((*no, *it)),
                };
            }
        }
        found
    }

    pub(super) fn has_function(&self, module: ModuleNo, no: FunctionNo) -> bool {
        self.functions.contains(&(module, no))
    }

    pub(super) fn has_class(&self, module: ModuleNo, no: ClassNo) -> bool {
        self.classes.contains(&(module, no))
    }
}

type NodeNo = u32;

/// Which node is mentioned by which, and what the search begins with.
#[derive(Debug, Default)]
struct Graph {
    mentioned_by: Vec<Vec<NodeNo>>,
    begins: Vec<NodeNo>,
}

impl Graph {
    fn node(&mut self) -> NodeNo {
        self.mentioned_by.push(Vec::new());
        NodeNo::try_from(self.mentioned_by.len() - 1).unwrap_or(NodeNo::MAX)
    }

    fn mentions(&mut self, from: NodeNo, to: NodeNo) {
        if let Some(list) = self.mentioned_by.get_mut(to as usize).filter(|it| it.last() != Some(&from)) {
            list.push(from);
        }
    }

    fn reached(&self) -> BTreeSet<NodeNo> {
        let mut reached: BTreeSet<NodeNo> = self.begins.iter().copied().collect();
        let mut todo = self.begins.clone();
        while let Some(node) = todo.pop() {
            for by in self.mentioned_by.get(node as usize).into_iter().flatten() {
                if reached.insert(*by) {
                    todo.push(*by);
                }
            }
        }
        reached
    }
}

#[derive(Debug, Clone, Copy)]
enum Unit {
    Function(FunctionNo),
    Class(ClassNo),
}

/// The names at the top of one module, with their nodes.
#[derive(Debug)]
struct Table<'m> {
    names: BTreeMap<&'m str, NodeNo>,
    /// Functions and classes, nested ones under the node of what they stand in.
    units: Vec<(Unit, NodeNo)>,
    /// The module as a whole: mentions everything in it.
    whole: NodeNo,
}

#[derive(Debug, Clone, Copy)]
enum Part<'m> {
    Expr(&'m Expr),
    Function(FunctionNo),
    Class(ClassNo),
}

impl<'m> Table<'m> {
    fn of(module: &'m Module, (sought, written): (&Sought<'_>, NodeNo), graph: &mut Graph) -> Self {
        let whole = graph.node();
        let mut table = Self { names: BTreeMap::new(), units: Vec::new(), whole };
        for import in &module.imports {
            table.name(&import.local, graph);
        }
        let mut parts = Vec::new();
        table.define(module, &module.body, &mut parts, graph);
        let star = table.names.get("*").copied();
        for (node, part) in parts {
            let mut walk = Walk {
                module,
                sought,
                written,
                table: &table.names,
                mentioned: star.into_iter().collect(),
                units: Vec::new(),
            };
            walk.part(part);
            walk.mentioned.iter().for_each(|it| graph.mentions(node, *it));
            let units = walk.units;
            table.units.extend(units.into_iter().map(|it| (it, node)));
        }
        table
    }

    fn name(&mut self, name: &'m str, graph: &mut Graph) -> NodeNo {
        let node = *self.names.entry(name).or_insert_with(|| graph.node());
        graph.mentions(self.whole, node);
        node
    }

    fn define(
        &mut self,
        module: &'m Module,
        body: &'m [Stmt],
        parts: &mut Vec<(NodeNo, Part<'m>)>,
        graph: &mut Graph,
    ) {
        for stmt in body {
            match &stmt.kind {
                StmtKind::Function(no) => {
                    let name = module.function(*no).and_then(|it| it.name.as_deref());
                    let node = name.map_or(self.whole, |it| self.name(it, graph));
                    parts.push((node, Part::Function(*no)));
                }
                StmtKind::Class(no) => {
                    let name = module.class(*no).and_then(|it| it.name.as_deref());
                    let node = name.map_or(self.whole, |it| self.name(it, graph));
                    parts.push((node, Part::Class(*no)));
                }
                StmtKind::Assign { target, value, annotation, .. } => {
                    let mut names = Vec::new();
                    targets(target, &mut names);
                    for name in names {
                        let node = self.name(name, graph);
                        let made_of = value.iter().chain(annotation);
                        parts.extend(made_of.map(|it| (node, Part::Expr(it))));
                    }
                }
                StmtKind::Block(block) => {
                    self.define(module, &block.body, parts, graph);
                    self.define(module, &block.other, parts, graph);
                }
                StmtKind::Expr(expr) => parts.push((self.whole, Part::Expr(expr))),
                StmtKind::Return(_) | StmtKind::Raise(_) => {}
            }
        }
    }

    /// Adds what the module's imports mean.
    fn link(
        &self,
        module: &'m Module,
        (world, tables): (&World, &BTreeMap<ModuleNo, Self>),
        wanted: &dyn Fn(&str) -> bool,
        graph: &mut Graph,
    ) {
        for import in &module.imports {
            let Some(node) = self.names.get(&*import.local).copied() else { continue };
            let to = meant(import, module, world, tables);
            match to {
                Some(to) => graph.mentions(node, to),
                None if wanted(&import.module) => graph.begins.push(node),
                None => {}
            }
        }
        for export in module.exports.iter().filter_map(|it| it.from.as_ref()) {
            let passed = world.imported(export, &module.path, module.language);
            match passed.and_then(|it| tables.get(&it)) {
                Some(table) => graph.mentions(self.whole, table.whole),
                None if wanted(export) => graph.begins.push(self.whole),
                None => {}
            }
        }
    }
}

/// The node that an import means: a name of a module of the world, else the module. None where it is outside.
fn meant(
    import: &Import,
    module: &Module,
    world: &World,
    tables: &BTreeMap<ModuleNo, Table<'_>>,
) -> Option<NodeNo> {
    let found = world.imported(&import.module, &module.path, module.language);
    let table = found.and_then(|it| tables.get(&it));
    let named = import.symbol.as_ref().filter(|_| &*import.local != "*");
    let Some(symbol) = named else { return table.map(|it| it.whole) };
    if let Some(node) = table.and_then(|it| it.names.get(&**symbol)) {
        return Some(*node);
    }
    let dot = if import.module.ends_with('.') { "" } else { "." };
    let inner = format!("{}{dot}{symbol}", import.module);
    let inner = world.imported(&inner, &module.path, module.language).and_then(|it| tables.get(&it));
    // What is passed on, or exported under another name, may be anything in there.
    let passes = found
        .and_then(|it| world.module(it))
        .is_some_and(|it| !it.exports.is_empty() || it.imports.iter().any(|it| &*it.local == "*"));
    inner.or(table.filter(|_| passes)).map(|it| it.whole)
}

fn targets<'m>(target: &'m Expr, names: &mut Vec<&'m str>) {
    match &target.kind {
        Kind::Name(name) => names.push(name),
        Kind::Member(of, _) | Kind::Index(of, _) | Kind::Spread(of) => targets(of, names),
        Kind::List(parts) => parts.iter().for_each(|it| targets(it, names)),
        Kind::Map(pairs) => pairs.iter().for_each(|it| targets(&it.value, names)),
        _ => {}
    }
}

/// What a part of a module mentions, and the functions and classes in it.
struct Walk<'t, 'm> {
    module: &'m Module,
    sought: &'t Sought<'t>,
    /// The node of what is sought by how it is written.
    written: NodeNo,
    table: &'t BTreeMap<&'m str, NodeNo>,
    mentioned: BTreeSet<NodeNo>,
    units: Vec<Unit>,
}

impl<'m> Walk<'_, 'm> {
    fn part(&mut self, part: Part<'m>) {
        match part {
            Part::Expr(it) => self.expr(it),
            Part::Function(it) => self.function(it),
            Part::Class(it) => self.class(it),
        }
    }

    fn function(&mut self, no: FunctionNo) {
        let Some(function) = self.module.function(no) else { return };
        self.units.push(Unit::Function(no));
        let Function { params, decorators, body, returns, .. } = function;
        decorators.iter().chain(returns).for_each(|it| self.expr(it));
        for param in params {
            param.annotation.iter().chain(&param.default).for_each(|it| self.expr(it));
        }
        self.statements(body);
    }

    fn class(&mut self, no: ClassNo) {
        let Some(class) = self.module.class(no) else { return };
        self.units.push(Unit::Class(no));
        let Class { bases, decorators, fields, methods, .. } = class;
        bases.iter().chain(decorators).for_each(|it| self.expr(it));
        for field in fields {
            field.annotation.iter().chain(&field.value).for_each(|it| self.expr(it));
        }
        methods.iter().for_each(|it| self.function(*it));
    }

    fn statements(&mut self, body: &'m [Stmt]) {
        for stmt in body {
            match &stmt.kind {
                StmtKind::Assign { target, value, annotation, .. } => {
                    self.expr(target);
                    value.iter().chain(annotation).for_each(|it| self.expr(it));
                }
                StmtKind::Expr(it) => self.expr(it),
                StmtKind::Return(it) | StmtKind::Raise(it) => it.iter().for_each(|it| self.expr(it)),
                StmtKind::Function(it) => self.function(*it),
                StmtKind::Class(it) => self.class(*it),
                StmtKind::Block(block) => {
                    block.head.iter().for_each(|it| self.expr(it));
                    self.statements(&block.body);
                    self.statements(&block.other);
                }
            }
        }
    }

    fn name(&mut self, name: &Name) {
        self.mentioned.extend(self.table.get(&**name));
    }

    fn expr(&mut self, expr: &'m Expr) {
        match &expr.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
            Kind::Text(text) => {
                if (self.sought.text)(text) {
                    self.mentioned.insert(self.written);
                }
            }
            Kind::Name(name) => self.name(name),
            Kind::Function(it) => self.function(*it),
            Kind::Class(it) => self.class(*it),
            Kind::Member(of, _) | Kind::Spread(of) | Kind::Element(of) => self.expr(of),
            Kind::Index(of, key) => {
                self.expr(of);
                self.expr(key);
            }
            Kind::Call(call) => {
                self.expr(&call.callee);
                call.args.iter().for_each(|Arg { value, .. }| self.expr(value));
            }
            Kind::Map(pairs) => {
                let has = |name: &str| {
                    let mut keys = pairs.iter().filter_map(|it| it.key.as_ref());
                    keys.any(|it| matches!(&it.kind, Kind::Text(it) if **it == *name))
                };
                if (self.sought.keys)(&has) {
                    self.mentioned.insert(self.written);
                }
                for Pair { key, value } in pairs {
                    key.iter().for_each(|it| self.expr(it));
                    self.expr(value);
                }
            }
            Kind::Comprehension(it) => {
                let Comprehension { element, rounds, conditions, .. } = &**it;
                self.expr(element);
                for (target, over) in rounds {
                    self.expr(target);
                    self.expr(over);
                }
                conditions.iter().for_each(|it| self.expr(it));
            }
            Kind::Template(parts)
            | Kind::List(parts)
            | Kind::Choice(parts)
            | Kind::Joined(parts)
            | Kind::Mixed(parts) => parts.iter().for_each(|it| self.expr(it)),
            Kind::Test(it) => it.parts.iter().for_each(|it| self.expr(it)),
        }
    }
}
