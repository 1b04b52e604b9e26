//! Instances that nobody makes: a class that nothing calls is followed on one, and so is one of which another file makes
//! instances after it was followed. Where the program makes its own, that one is nobody's.

use std::collections::BTreeSet;

use crate::follow::value::{Object, ObjectKind, ObjectNo, Site};
use crate::follow::{Follower, ModuleNo};
use crate::ir::ClassNo;

/// Instances that stand for a class of which the program makes instances itself.
pub(super) fn all(follower: &Follower<'_>) -> BTreeSet<ObjectNo> {
    let instances = || follower.objects().filter_map(|(no, it)| Some((no, class(it)?, it.site)));
    let stands_for = |(module, no): (ModuleNo, ClassNo), site: Site| {
        let facts = follower.world().module(module).and_then(|it| it.class(no));
        site.module == module && facts.is_some_and(|it| it.at == site.at)
    };
    let made: BTreeSet<(ModuleNo, ClassNo)> =
        instances().filter(|(_, class, site)| !stands_for(*class, *site)).map(|it| it.1).collect();
    instances()
        .filter(|(_, class, site)| stands_for(*class, *site) && made.contains(class))
        .map(|it| it.0)
        .collect()
}

fn class(object: &Object) -> Option<(ModuleNo, ClassNo)> {
    match &object.kind {
        ObjectKind::Instance { class, .. } => Some((class.module, class.no)),
        _ => None,
    }
}
