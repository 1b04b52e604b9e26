//! A list of what is made and never taken away. It grows by pieces: a list of hundreds of megabytes that doubles needs
//! three times its room while it moves.

/// How many there are in a piece.
const PIECE: usize = 4096;

/// What was made, by the order in which it was.
#[derive(Debug)]
pub(super) struct Pool<T>(Vec<Vec<T>>);

impl<T> Pool<T> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * PIECE + last.len())
    }

    pub(super) fn push(&mut self, it: T) {
        match self.0.last_mut().filter(|last| last.len() < PIECE) {
            Some(last) => last.push(it),
            None => {
                // Most programs make few.
                let mut piece = if self.0.is_empty() { Vec::new() } else { Vec::with_capacity(PIECE) };
                piece.push(it);
                self.0.push(piece);
            }
        }
    }

    pub(super) fn get(&self, no: usize) -> Option<&T> {
        self.0.get(no / PIECE)?.get(no % PIECE)
    }

    pub(super) fn get_mut(&mut self, no: usize) -> Option<&mut T> {
        self.0.get_mut(no / PIECE)?.get_mut(no % PIECE)
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut T> {
        self.0.last_mut()?.last_mut()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_number() {
        let mut pool = Pool::new();
        for many in 0..=3 * PIECE {
            assert_eq!(pool.len(), many);
            assert_eq!(pool.get(many), None);
            pool.push(many);
        }
        assert!(pool.iter().copied().eq(0..=3 * PIECE));
        assert!(
            (0..=3 * PIECE).all(|it| pool.get(it) == Some(&it) && pool.get_mut(it) == Some(&mut it.clone()))
        );
    }
}
