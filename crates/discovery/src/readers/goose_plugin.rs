//! Goose's plug-ins on disk: the servers and the hooks that they bring
//! (<https://github.com/block/goose/blob/main/documentation/docs/guides/context-engineering/hooks.md>).

use ambit_model::facts::SettingKind;

use super::claude_settings::project_script;
use super::record::{grouped_hooks, note};
use super::server_entry;
use super::{Form, Reader, in_folder, in_home, nowhere_else};
use crate::fragment::Fragment;
use crate::tree::Syntax;

const CLIENT: &str = "goose";

pub(super) const SERVERS: Reader = Reader {
    id: "goose-plugin-servers",
    places: &[in_folder(".agents/plugins/*/.mcp.json"), in_home(".agents/plugins/*/.mcp.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        for (name, entry) in text.root.get("mcpServers").map(|it| it.entries()).unwrap_or_default() {
            // A plug-in starts programs; addresses belong into the user's own configuration.
            match entry.get("url").filter(|_| entry.get("command").is_none()) {
                Some(url) => note(SettingKind::Ineffective, format!("{name}: url"), &url, &mut fragment),
                None => server_entry::read(name, &entry, text, &mut fragment, sink),
            }
        }
        sink.fragments.push(fragment);
    },
};

pub(super) const HOOKS: Reader = Reader {
    id: "goose-plugin-hooks",
    places: &[in_folder(".agents/plugins/*/hooks/hooks.json"), in_home(".agents/plugins/*/hooks/hooks.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        if let Some(events) = text.root.get("hooks") {
            // A hook may block a call and approves none.
            grouped_hooks(&events, &[], text, &mut fragment);
        }
        let plugin = text.path.strip_suffix("/hooks/hooks.json").unwrap_or(text.path);
        for hook in &mut fragment.hooks {
            if hook.command.contains(ROOT) {
                hook.script = project_script(&hook.command.replace(ROOT, plugin));
            }
        }
        sink.fragments.push(fragment);
    },
};

/// The folder of the plug-in, in its commands.
const ROOT: &str = "${PLUGIN_ROOT}";
