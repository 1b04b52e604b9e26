//! `ambit.yaml`, as people write it and as attackers do.

#[cfg(test)]
mod drawn;
#[cfg(test)]
mod edited;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod joined;
#[cfg(test)]
mod malformed;
#[cfg(test)]
mod patterns;
#[cfg(test)]
mod support;
