//! The file in which one scan keeps answers for the next, in a folder that the user named. It may be deleted at any time.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use ambit_discovery::cache::{self, Cache};
use ambit_discovery::source::opened;

use crate::terminal;

/// The file of one set of paths.
#[derive(Debug)]
pub(crate) struct Kept {
    folder: PathBuf,
    file: PathBuf,
}

impl Kept {
    /// The file for what `paths` name, in `folder`.
    pub(crate) fn of(folder: &Path, paths: &[PathBuf]) -> Self {
        let here = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &here[..] } else { paths };
        let whole =
            |it: &PathBuf| it.canonicalize().unwrap_or_else(|_| it.clone()).to_string_lossy().into_owned();
        let whole: Vec<String> = paths.iter().map(whole).collect();
        let name = cache::name(whole.iter().map(String::as_str));
        Self { folder: folder.to_path_buf(), file: folder.join(name) }
    }

    fn replace(&self, bytes: &[u8]) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        // Beside the file, so that it takes its place at once; whoever reads meanwhile has the old one whole.
        let new = self.file.with_extension(format!("{}.new", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&new).and_then(|mut it| it.write_all(bytes));
        // A link that stands there is replaced, not followed.
        let done = written.and_then(|()| std::fs::rename(&new, &self.file));
        if done.as_ref().is_err_and(|it| it.kind() != ErrorKind::AlreadyExists) {
            let _nothing_more_can_be_done = std::fs::remove_file(&new);
        }
        done
    }
}

impl Cache for Kept {
    fn load(&self) -> Result<Option<Vec<u8>>, String> {
        let said = |it: std::io::Error| format!("`{}` cannot be opened: {}", self.file.display(), it.kind());
        match std::fs::symlink_metadata(&self.file) {
            Err(it) if it.kind() == ErrorKind::NotFound => return Ok(None),
            Err(it) => return Err(said(it)),
            Ok(it) if !it.is_file() => return Err(format!("`{}` is no ordinary file", self.file.display())),
            Ok(_) => {}
        }
        let file = opened(&self.file).map_err(said)?;
        let mut bytes = Vec::new();
        file.take(cache::LARGEST + 1).read_to_end(&mut bytes).map_err(said)?;
        if bytes.len() as u64 > cache::LARGEST {
            return Err(format!("`{}` is larger than {} MiB", self.file.display(), cache::LARGEST >> 20));
        }
        Ok(Some(bytes))
    }

    fn store(&self, bytes: &[u8]) -> Result<(), String> {
        self.replace(bytes)
            .map_err(|it| format!("`{}` cannot be written: {}", self.file.display(), it.kind()))
    }

    fn build(&self) -> String {
        // Two builds of one version differ in one of these.
        let program = std::env::current_exe().and_then(|it| it.metadata());
        let made = program.as_ref().ok().and_then(|it| it.modified().ok()?.duration_since(UNIX_EPOCH).ok());
        let size = program.map_or(0, |it| it.len());
        format!("{size} {}", made.map_or(0, |it| it.as_nanos()))
    }

    fn warn(&self, message: &str) {
        terminal::note(message);
    }
}
