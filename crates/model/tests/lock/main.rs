//! `ambit.lock`, as Ambit writes it and as merges and attackers leave it.

#[cfg(test)]
mod damaged;
#[cfg(test)]
mod round;
#[cfg(test)]
mod support;
