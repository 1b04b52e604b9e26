//! What a node takes in of all that comes to it.

use ambit_catalog::schema::NodeKind;

use super::node::strings;
use super::{Item, Workflow, value};

/// Whether what it works on is all that comes in, and not what parameters name.
pub(super) fn takes_items(item: &Item<'_>) -> bool {
    let keys = ["binaryPropertyName", "inputDataFieldName", "dataPropertyName", "inputBinaryField"];
    let streams = item.entry.is_some_and(|it| it.stream.is_some());
    streams
        || matches!(item.kind(), Some(NodeKind::Code | NodeKind::Workflow | NodeKind::VectorStore) | None)
        || strings(&item.parameters)
            .iter()
            .any(|(key, it)| keys.contains(&key.as_str()) || it.text() == Some("autoMapInputData"))
}

/// Whether it adds rows without naming their values: then it takes them from what comes in.
pub(super) fn adds(item: &Item<'_>, workflow: &Workflow<'_>) -> bool {
    let Some(entry) = item.entry else { return true };
    let rows =
        entry.style.as_deref().is_some_and(|it| ["database", "tables", "files", "records"].contains(&it));
    let said = |key: &str| value(&item.parameters, key).map(str::to_owned);
    let operation = workflow.known.nodes.operation(entry, said("resource"), said("operation"));
    let class = operation.name.as_deref().and_then(|it| workflow.known.nodes.class(it));
    rows && matches!(class, Some("add" | "change"))
}
