//! Which node stands on every way to which other: Lengauer and Tarjan, in the form with path compression and without
//! recursion, near-linear for whatever graph.

/// The tree of what stands on every way from outside.
#[derive(Debug, Clone, Default)]
pub(super) struct Dominators {
    /// The number of each node in the order of the search, from 1; 0 where nothing leads.
    number: Vec<u32>,
    /// By that number: where a node stands in the order of the tree, and how many are below it, itself included.
    spans: Vec<(u32, u32)>,
}

/// What is kept of the search, by the order of it.
struct Search {
    number: Vec<u32>,
    node: Vec<u32>,
    parent: Vec<u32>,
    /// From where an edge leads here, by number.
    from: Vec<Vec<u32>>,
}

impl Dominators {
    /// The tree over `nodes` nodes, in which content comes in at `roots` and moves on to what `next` says.
    pub(super) fn of<I: Iterator<Item = u32>>(nodes: usize, roots: &[u32], next: impl Fn(u32) -> I) -> Self {
        let search = Search::of(nodes, roots, next);
        let above = search.dominators();
        let mut size = vec![1_u32; above.len()];
        for at in (1..above.len()).rev() {
            let below = size.get(at).copied().unwrap_or_default();
            if let Some(it) = above.get(at).and_then(|it| size.get_mut(*it as usize)) {
                *it += below;
            }
        }
        let mut free = vec![0_u32; above.len()];
        let mut spans = vec![(0, 0); above.len()];
        for at in 0..above.len() {
            let size = size.get(at).copied().unwrap_or_default();
            let over = above.get(at).copied().unwrap_or_default() as usize;
            let first = if at == 0 { 0 } else { free.get(over).copied().unwrap_or_default() };
            if let Some(it) = free.get_mut(over).filter(|_| at > 0) {
                *it += size;
            }
            if let (Some(span), Some(free)) = (spans.get_mut(at), free.get_mut(at)) {
                *span = (first, size);
                *free = first + 1;
            }
        }
        Self { number: search.number, spans }
    }

    fn span(&self, node: u32) -> Option<(u32, u32)> {
        let number = self.number.get(node as usize).copied().filter(|it| *it > 0)?;
        self.spans.get(number as usize).copied()
    }

    /// Whether something gets to `node` and all of it by way of `through`.
    pub(super) fn stands_before(&self, through: u32, node: u32) -> bool {
        let (Some((first, size)), Some((at, _))) = (self.span(through), self.span(node)) else {
            return false;
        };
        (first..first + size).contains(&at)
    }
}

impl Search {
    fn of<I: Iterator<Item = u32>>(nodes: usize, roots: &[u32], next: impl Fn(u32) -> I) -> Self {
        // Number 0 is where all content comes from.
        let mut all = Self { number: vec![0; nodes], node: vec![0], parent: vec![0], from: vec![Vec::new()] };
        for root in roots {
            let mut open: Vec<(u32, I)> = Vec::new();
            if all.visit(0, *root) {
                open.push((all.last(), next(*root)));
            }
            while let Some((at, steps)) = open.last_mut() {
                let at = *at;
                let Some(to) = steps.next() else {
                    open.pop();
                    continue;
                };
                if all.visit(at, to) {
                    open.push((all.last(), next(to)));
                }
            }
        }
        all
    }

    fn last(&self) -> u32 {
        self.node.len() as u32 - 1
    }

    /// Notes the edge from the node numbered `at` to `to`; true where `to` was not known.
    fn visit(&mut self, at: u32, to: u32) -> bool {
        let Some(number) = self.number.get_mut(to as usize) else { return false };
        if *number > 0 {
            if let Some(from) = self.from.get_mut(*number as usize) {
                from.push(at);
            }
            return false;
        }
        *number = self.node.len() as u32;
        self.node.push(to);
        self.parent.push(at);
        self.from.push(vec![at]);
        true
    }

    /// The immediate dominator of each, by number.
    fn dominators(&self) -> Vec<u32> {
        let count = self.node.len();
        let mut forest = Forest::of(count);
        let mut above = vec![0_u32; count];
        let mut bucket: Vec<Vec<u32>> = vec![Vec::new(); count];
        for at in (1..count as u32).rev() {
            let mut semi = at;
            for from in self.from.get(at as usize).into_iter().flatten() {
                let least = forest.least(*from);
                semi = semi.min(forest.semi(least));
            }
            if let Some(it) = forest.semi.get_mut(at as usize) {
                *it = semi;
            }
            if let Some(it) = bucket.get_mut(semi as usize) {
                it.push(at);
            }
            let parent = self.parent.get(at as usize).copied().unwrap_or_default();
            forest.link(parent, at);
            let waiting = bucket.get_mut(parent as usize).map(std::mem::take).unwrap_or_default();
            for node in waiting {
                let least = forest.least(node);
                let over = if forest.semi(least) < forest.semi(node) { least } else { parent };
                if let Some(it) = above.get_mut(node as usize) {
                    *it = over;
                }
            }
        }
        for at in 1..count {
            let over = above.get(at).copied().unwrap_or_default();
            if Some(&over) != forest.semi.get(at)
                && let Some(further) = above.get(over as usize).copied()
                && let Some(it) = above.get_mut(at)
            {
                *it = further;
            }
        }
        above
    }
}

/// The forest of what has been looked at.
struct Forest {
    semi: Vec<u32>,
    /// Whom each hangs below; itself for a root.
    over: Vec<u32>,
    /// The one with the least semidominator on the way up.
    least: Vec<u32>,
}

impl Forest {
    fn of(count: usize) -> Self {
        let own: Vec<u32> = (0..count as u32).collect();
        Self { semi: own.clone(), over: own.clone(), least: own }
    }

    fn semi(&self, at: u32) -> u32 {
        self.semi.get(at as usize).copied().unwrap_or_default()
    }

    fn over(&self, at: u32) -> u32 {
        self.over.get(at as usize).copied().unwrap_or_default()
    }

    fn link(&mut self, over: u32, at: u32) {
        if let Some(it) = self.over.get_mut(at as usize) {
            *it = over;
        }
    }

    /// The one with the least semidominator on the way from `at` up, its root left out. Shortens the way.
    fn least(&mut self, at: u32) -> u32 {
        let mut way = Vec::new();
        let mut node = at;
        while self.over(self.over(node)) != self.over(node) {
            way.push(node);
            node = self.over(node);
        }
        let root = self.over(node);
        let mut best = self.least.get(node as usize).copied().unwrap_or_default();
        while let Some(node) = way.pop() {
            let own = self.least.get(node as usize).copied().unwrap_or_default();
            if self.semi(own) < self.semi(best) {
                best = own;
            }
            if let (Some(over), Some(least)) =
                (self.over.get_mut(node as usize), self.least.get_mut(node as usize))
            {
                *over = root;
                *least = best;
            }
        }
        best
    }
}
