//! Names of revisions: references, ids and their beginnings, and steps from there to parents.

use gix_hash::{Kind as Hash, ObjectId};
use gix_object::{CommitRefIter, Kind, TagRefIter};

use super::objects::Fault;
use super::{GitError, Repository, refs};

/// The largest commit or tag that is read.
const LARGEST_COMMIT: usize = 8 * 1024 * 1024;
/// How many tags lead from one to the next.
const MOST_TAGS: usize = 16;
/// The shortest beginning of an id: git's own bound.
const SHORTEST: usize = 4;

/// A commit, and the tree that it is of.
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) tree: ObjectId,
}

/// The commit that `name` stands for.
pub(super) fn commit(repository: &Repository, name: &str) -> Result<Commit, GitError> {
    let (base, mut steps) =
        name.find(['~', '^']).and_then(|it| name.split_at_checked(it)).unwrap_or((name, ""));
    let reader = Reader { repository, name };
    let mut id = reader.peeled(reader.base(base)?)?;
    while let Some(sign) = steps.chars().next() {
        let rest = steps.get(1..).unwrap_or_default();
        if let Some(rest) = ["{commit}", "{}"].iter().find_map(|it| rest.strip_prefix(it))
            && sign == '^'
        {
            steps = rest;
            continue;
        }
        let digits = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, rest) = rest.split_at_checked(digits).unwrap_or_default();
        let number = if digits.is_empty() { Ok(1) } else { digits.parse::<u32>() };
        let number = number.map_err(|_| GitError::Form(name.to_owned()))?;
        match (sign, number) {
            ('~', number) => {
                for _ in 0..number {
                    id = reader.parent(id, 1)?;
                }
            }
            ('^', 0) => {}
            ('^', number) => id = reader.parent(id, number)?,
            _ => return Err(GitError::Form(name.to_owned())),
        }
        steps = rest;
    }
    let bytes = reader.read(id, Kind::Commit)?;
    let tree = CommitRefIter::from_bytes(&bytes, Hash::Sha1).tree_id();
    Ok(Commit { id, tree: tree.map_err(|_| reader.broken(id, "it names no tree"))? })
}

struct Reader<'a> {
    repository: &'a Repository,
    name: &'a str,
}

impl Reader<'_> {
    /// What the part of the name before all steps stands for.
    fn base(&self, base: &str) -> Result<ObjectId, GitError> {
        if base.is_empty() || base.contains(':') || base.contains("@{") {
            return Err(GitError::Form(self.name.to_owned()));
        }
        let base = if base == "@" { "HEAD" } else { base };
        let is_hex = base.bytes().all(|it| it.is_ascii_hexdigit());
        if is_hex && base.len() == 40 {
            return ObjectId::from_hex(base.as_bytes()).map_err(|_| GitError::Unknown(self.name.to_owned()));
        }
        if let Some(id) = refs::find(self.repository, base)? {
            return Ok(id);
        }
        if !is_hex || !(SHORTEST..40).contains(&base.len()) {
            return Err(GitError::Unknown(self.name.to_owned()));
        }
        let alike = self.repository.objects.beginning_with(base);
        let alike = alike.map_err(|it| self.fault(ObjectId::null(Hash::Sha1), &it))?;
        // Of objects that begin alike only commits can be meant.
        let commits: Vec<ObjectId> = alike.into_iter().filter(|it| self.peeled(*it).is_ok()).collect();
        match commits.as_slice() {
            [one] => Ok(*one),
            [] => Err(GitError::Unknown(self.name.to_owned())),
            _ => Err(GitError::Ambiguous(self.name.to_owned())),
        }
    }

    /// The commit that `id` is, or that the tag `id` is of.
    fn peeled(&self, mut id: ObjectId) -> Result<ObjectId, GitError> {
        for _ in 0..MOST_TAGS {
            let object =
                self.repository.objects.read(id, LARGEST_COMMIT).map_err(|it| self.fault(id, &it))?;
            match object.kind {
                Kind::Commit => return Ok(id),
                Kind::Tag => {
                    let next = TagRefIter::from_bytes(&object.bytes, Hash::Sha1).target_id();
                    id = next.map_err(|_| self.broken(id, "it is a tag of nothing"))?;
                }
                Kind::Tree | Kind::Blob => return Err(self.broken(id, "it is no commit")),
            }
        }
        Err(self.broken(id, "it is a tag of too many tags"))
    }

    fn parent(&self, id: ObjectId, number: u32) -> Result<ObjectId, GitError> {
        if self.repository.cut_off(id)? {
            return Err(GitError::Shallow(self.name.to_owned()));
        }
        let bytes = self.read(id, Kind::Commit)?;
        let mut parents = CommitRefIter::from_bytes(&bytes, Hash::Sha1).parent_ids();
        parents.nth(number.saturating_sub(1) as usize).ok_or_else(|| GitError::Unknown(self.name.to_owned()))
    }

    fn read(&self, id: ObjectId, kind: Kind) -> Result<Vec<u8>, GitError> {
        let object = self.repository.objects.read(id, LARGEST_COMMIT).map_err(|it| self.fault(id, &it))?;
        if object.kind == kind { Ok(object.bytes) } else { Err(self.broken(id, "it is no commit")) }
    }

    fn broken(&self, id: ObjectId, why: &str) -> GitError {
        self.fault(id, &super::objects::broken(why))
    }

    fn fault(&self, id: ObjectId, fault: &Fault) -> GitError {
        GitError::object(self.name, id, fault)
    }
}
