//! Any text as the code of a tool in a flow, read, followed and mapped. The first byte chooses the language.
#![no_main]

use ambit_fuzz::read;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let parameters = if first % 2 == 0 {
        json!({ "language": "python", "pythonCode": text })
    } else {
        json!({ "jsCode": text })
    };
    let link = |kind: &str| json!({ kind: [[{ "node": "Agent", "type": kind, "index": 0 }]] });
    let flow = json!({
        "name": "Flow",
        "nodes": [
            { "name": "Chat", "type": "@n8n/n8n-nodes-langchain.chatTrigger", "parameters": {} },
            { "name": "Agent", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {} },
            { "name": "Own", "type": "@n8n/n8n-nodes-langchain.toolCode", "parameters": parameters },
        ],
        "connections": { "Chat": link("main"), "Own": link("ai_tool") },
    });
    read("flows/flow.json", flow.to_string().as_bytes());
});
