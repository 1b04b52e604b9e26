//! All reports over the same system.

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod csv;
#[cfg(test)]
mod cyclonedx;
#[cfg(test)]
mod difference;
#[cfg(test)]
mod document;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod json;
#[cfg(test)]
mod markdown;
#[cfg(test)]
mod mermaid;
#[cfg(test)]
mod otm;
#[cfg(test)]
mod problem;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod sarif;
#[cfg(test)]
mod text;
#[cfg(test)]
mod tmbom;
