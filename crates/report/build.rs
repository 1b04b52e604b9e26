//! Packs the faces of the PDF: the binary carries them deflated, and not as they are.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "pdf")]
    faces::pack()?;
    Ok(())
}

#[cfg(feature = "pdf")]
mod faces {
    use std::error::Error;
    use std::io::Write as _;
    use std::path::Path;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    #[expect(clippy::disallowed_methods, reason = "a build script writes to OUT_DIR")]
    pub(super) fn pack() -> Result<(), Box<dyn Error>> {
        let out = std::env::var("OUT_DIR")?;
        let faces = [
            ("sans", dejavu::sans::regular()),
            ("bold", dejavu::sans::bold()),
            ("mono", dejavu::sans_mono::regular()),
        ];
        for (name, face) in faces {
            let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
            packed.write_all(face)?;
            std::fs::write(Path::new(&out).join(name), packed.finish()?)?;
        }
        Ok(())
    }
}
