//! Reduced ordered binary decision diagrams: a monotone function of events as a graph, in which each function is one
//! node, whatever way it was put together. Bounded: a function that would need more nodes is none.

use indexmap::{IndexMap, IndexSet};

/// A function, by the place of its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Function(u32);

/// What never happens.
pub(crate) const NEVER: Function = Function(0);
/// What always happens.
pub(crate) const ALWAYS: Function = Function(1);

impl Function {
    /// The place of its node among all; none for what never or always happens.
    pub(crate) fn node(self) -> Option<usize> {
        (self.0 as usize).checked_sub(2)
    }
}

/// If the event of `level` happens then `high`, else `low`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub(crate) level: u32,
    pub(crate) low: Function,
    pub(crate) high: Function,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    And,
    Or,
}

/// The nodes of several functions over the same events.
#[derive(Debug)]
pub(crate) struct Diagram {
    nodes: IndexSet<Node>,
    known: IndexMap<(Operation, Function, Function), Function>,
    most: usize,
    /// How many steps were taken.
    steps: usize,
}

/// How many steps are taken for each node that there may be.
const STEPS: usize = 16;

/// There would be too many nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Diagram {
    /// A diagram of at most so many nodes.
    pub(crate) fn new(most: usize) -> Self {
        Self { nodes: IndexSet::new(), known: IndexMap::new(), most, steps: 0 }
    }

    /// How much work it has been, in nodes.
    pub(crate) fn work(&self) -> usize {
        self.nodes.len() + self.steps / STEPS
    }

    pub(crate) fn nodes(&self) -> &IndexSet<Node> {
        &self.nodes
    }

    /// That the event of `level` happens. Events of lower levels are asked first.
    pub(crate) fn event(&mut self, level: u32) -> Result<Function, TooLarge> {
        self.node(Node { level, low: NEVER, high: ALWAYS })
    }

    pub(crate) fn and(&mut self, a: Function, b: Function) -> Result<Function, TooLarge> {
        self.apply(Operation::And, a, b)
    }

    pub(crate) fn or(&mut self, a: Function, b: Function) -> Result<Function, TooLarge> {
        self.apply(Operation::Or, a, b)
    }

    fn node(&mut self, node: Node) -> Result<Function, TooLarge> {
        if node.low == node.high {
            return Ok(node.low);
        }
        let (at, _) = self.nodes.insert_full(node);
        if at >= self.most {
            return Err(TooLarge);
        }
        u32::try_from(at + 2).map(Function).map_err(|_| TooLarge)
    }

    fn get(&self, it: Function) -> Option<Node> {
        self.nodes.get_index(it.node()?).copied()
    }

    fn apply(&mut self, operation: Operation, a: Function, b: Function) -> Result<Function, TooLarge> {
        let (a, b) = (a.min(b), a.max(b));
        match (operation, a) {
            _ if a == b => return Ok(a),
            (Operation::And, NEVER) | (Operation::Or, ALWAYS) => return Ok(a),
            (Operation::And, ALWAYS) | (Operation::Or, NEVER) => return Ok(b),
            _ => {}
        }
        if let Some(known) = self.known.get(&(operation, a, b)) {
            return Ok(*known);
        }
        self.steps += 1;
        if self.steps > self.most.saturating_mul(STEPS) {
            return Err(TooLarge);
        }
        // What is left are two nodes. Each step goes down a level, of which there are few enough for the stack.
        let (Some(x), Some(y)) = (self.get(a), self.get(b)) else { return Err(TooLarge) };
        let level = x.level.min(y.level);
        let part = |it: Node, of: Function, high: bool| match it.level == level {
            true if high => it.high,
            true => it.low,
            false => of,
        };
        let low = self.apply(operation, part(x, a, false), part(y, b, false))?;
        let high = self.apply(operation, part(x, a, true), part(y, b, true))?;
        let done = self.node(Node { level, low, high })?;
        self.known.insert((operation, a, b), done);
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_functions_are_one_node() {
        let mut diagram = Diagram::new(100);
        let [a, b, c] = [0, 1, 2].map(|it| diagram.event(it).expect("it fits"));
        let ab = diagram.and(a, b).expect("it fits");
        let ac = diagram.and(a, c).expect("it fits");
        let one = diagram.or(ab, ac).expect("it fits");
        let bc = diagram.or(c, b).expect("it fits");
        let other = diagram.and(bc, a).expect("it fits");
        assert_eq!(one, other);
        assert_eq!(diagram.or(one, a), Ok(a));
        assert_eq!(diagram.and(one, NEVER), Ok(NEVER));
        assert_eq!(diagram.or(one, ALWAYS), Ok(ALWAYS));
    }

    #[test]
    fn what_is_too_large_is_told() {
        let mut diagram = Diagram::new(8);
        let mut all = NEVER;
        let mut told = false;
        for it in 0..20 {
            let Ok(event) = diagram.event(it) else {
                told = true;
                break;
            };
            match diagram.or(all, event) {
                Ok(it) => all = it,
                Err(TooLarge) => {
                    told = true;
                    break;
                }
            }
        }
        assert!(told);
    }
}
