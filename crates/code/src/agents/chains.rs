//! Chains of calls, as builders have them: each call gives back something whose member is called next.

use std::collections::BTreeSet;

use ambit_catalog::schema::GraphMaker;

use super::given::Reader;
use crate::follow::Follower;
use crate::follow::value::{ObjectKind, ObjectNo};

/// How many links of a chain of calls are gone back.
const MOST_LINKS: usize = 1_000;

impl Reader<'_, '_, '_> {
    /// Where a chain of calls begins that each give back what they are members of, as builders' do; or the last link before,
    /// if anything is known of it.
    pub(super) fn chained(&mut self, mut no: ObjectNo) -> ObjectNo {
        for _ in 0..MOST_LINKS {
            match self.follower.object(no).map(|it| &it.kind) {
                Some(ObjectKind::Made { symbol, receiver: Some(next), wraps: None, .. })
                    if self.roles.of(symbol).is_empty() =>
                {
                    no = *next;
                }
                _ => break,
            }
        }
        no
    }
}

/// The object and what its members give back when they are called one after the other.
pub(super) fn links(follower: &Follower<'_>, root: ObjectNo, maker: &GraphMaker) -> BTreeSet<ObjectNo> {
    let members: BTreeSet<&str> =
        maker.nodes.iter().chain(&maker.edges).chain(&maker.compile).map(String::as_str).collect();
    let mut links = BTreeSet::from([root]);
    let mut todo = vec![root];
    while let Some(no) = todo.pop() {
        let called = follower.object(no).into_iter().flat_map(|it| &it.events);
        for event in called.filter_map(|it| follower.event(*it)) {
            let member = event.symbol.rsplit('.').next().unwrap_or_default();
            let is_link = members.contains(member) || member.starts_with("set_") || member == "with_config";
            if let Some(next) = event.result.object().filter(|it| is_link && !links.contains(it)) {
                links.insert(next);
                todo.push(next);
            }
        }
    }
    links
}
