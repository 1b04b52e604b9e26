//! Addresses that a node calls: how much of them is written out.

use super::value;
use crate::tree::View;

/// Whether the text ends before the path of the address begins.
pub(super) fn ends_in_host(url: &str) -> bool {
    url.split_once("://").is_none_or(|(_, rest)| !rest.contains(['/', '?']))
}

pub(super) fn url_is_whole(parameters: &View<'_>) -> bool {
    let url = ["url", "endpoint"].iter().find_map(|it| value(parameters, it)).unwrap_or_default();
    !url.contains('{')
}
