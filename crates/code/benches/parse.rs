//! Python, lowered: files of functions and classes, one long line, and many errors.
fn main() {
    divan::main();
}
