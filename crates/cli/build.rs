//! How the command is linked for release: functions that came out equal are kept once, and tables for unwinding not at all.
//! Both are for the linker that comes with rustc. Where another one is in its place it may know neither, so a small
//! program is linked that way first, and where that fails everything stays as it is.
#![expect(clippy::disallowed_methods, reason = "a build script asks Cargo and tries the linker")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=link/no-unwind.ld");
    const CHOSEN: [&str; 2] = ["CARGO_PROFILE_RELEASE_STRIP", "CARGO_PROFILE_RELEASE_PANIC"];
    CHOSEN.iter().for_each(|it| println!("cargo::rerun-if-env-changed={it}"));
    let is = |variable: &str, value: &str| env::var(variable).is_ok_and(|it| it == value);
    // Whoever keeps the symbols looks at stacks, and a panic may be meant to unwind.
    let is_release = is("PROFILE", "release") && CHOSEN.iter().all(|it| env::var_os(it).is_none());
    let is_linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ARCH", "x86_64");
    let of = |variable: &str| env::var_os(variable).map(PathBuf::from).unwrap_or_default();
    if !is_release || !is_linux {
        return;
    }
    let script = of("CARGO_MANIFEST_DIR").join("link/no-unwind.ld");
    let arguments = [
        "-Wl,--icf=all".to_owned(),
        "-Wl,--no-eh-frame-hdr".to_owned(),
        format!("-Wl,-T,{}", script.display()),
    ];
    if links(&arguments, &of("OUT_DIR")) {
        for argument in arguments {
            println!("cargo::rustc-link-arg-bins={argument}");
        }
    }
}

/// Whether the linker that the command will be linked with takes these arguments.
fn links(arguments: &[String], folder: &Path) -> bool {
    let (Some(rustc), Some(target)) = (env::var_os("RUSTC"), env::var_os("TARGET")) else { return false };
    let (source, program) = (folder.join("tried.rs"), folder.join("tried"));
    if fs::write(&source, "fn main() {}\n").is_err() {
        return false;
    }
    let mut command = Command::new(rustc);
    command.arg("--edition=2024").arg("--target").arg(target).args(["-C", "panic=abort"]);
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        let mut chosen = OsString::from("linker=");
        chosen.push(linker);
        command.arg("-C").arg(chosen);
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    command.args(flags.split('\u{1f}').filter(|it| !it.is_empty()));
    for argument in arguments {
        command.arg("-C").arg(format!("link-arg={argument}"));
    }
    command.arg("-o").arg(&program).arg(&source).stdout(Stdio::null()).stderr(Stdio::null());
    let is_linked = command.status().is_ok_and(|it| it.success());
    // It must start, too, where that can be tried.
    let is_own = env::var_os("HOST") == env::var_os("TARGET");
    is_linked && (!is_own || Command::new(program).status().is_ok_and(|it| it.success()))
}
