//! Finds the objects below a prefix, many folders at a time.

use std::path::PathBuf;

use aws_sdk_s3::types::EncodingType;
use tokio::task::{JoinError, JoinSet};

use super::client::Bucket;
use super::fault::Fault;
use super::layout::{self, Look, Period};
use super::place::Place;
use crate::name::delivered;
use crate::{Error, FileProblem, Listing, Object, Reason};

/// Folders of which nobody knows what is in them are looked into one by one, up to so many on one
/// level, to find the trail below; more are listed with all that is below them.
const UNKNOWN: usize = 32;

/// Folders that are listed at the same time.
const FOLDERS: usize = 32;

/// What was found at one place or several.
#[derive(Default)]
pub(super) struct Found {
    objects: Vec<Object>,
    /// Folders of other services.
    foreign: Vec<PathBuf>,
    /// Whether a folder was left out because it is outside the period.
    outside: bool,
}

/// What one folder holds.
struct Page {
    objects: Vec<Object>,
    folders: Vec<String>,
}

/// Finds what lies at a place and below it.
pub(super) async fn below(bucket: &Bucket, place: &Place, period: Period) -> Result<Found, Error> {
    let endpoint = bucket.endpoint.as_deref();
    let failed = |fault: Fault| Error::bucket(&place.to_string(), fault.of_bucket(endpoint));
    let looked = |folder: String| {
        let look = layout::look(&folder, period);
        (folder, look)
    };
    let mut found = Found::default();
    let (folder, look) = looked(place.folder());
    // The folder that was named is looked into, whoever it belongs to.
    let mut level = vec![(folder, if look == Look::Foreign { Look::All } else { look })];
    while !level.is_empty() {
        let folders = found.level(bucket, place, level).await.map_err(failed)?;
        level = folders.into_iter().map(looked).collect();
    }
    if found.is_empty() {
        found.single(bucket, place).await.map_err(failed)?;
    }
    if found.is_empty() {
        let reason = "nothing lies there; check the spelling, or name a folder further up";
        return Err(Error::bucket(&place.to_string(), reason));
    }
    Ok(found)
}

/// Lists one folder: what is in it, or everything below it.
async fn list(bucket: Bucket, place: Place, folder: String, whole: bool) -> Result<Page, Fault> {
    let mut page = Page { objects: Vec::new(), folders: Vec::new() };
    let mut further = None;
    loop {
        let answer = bucket
            .client
            .list_objects_v2()
            .bucket(&bucket.name)
            .prefix(&folder)
            .set_delimiter((!whole).then(|| "/".to_owned()))
            .set_continuation_token(further)
            // Else a key with a control character would make the answer unreadable.
            .encoding_type(EncodingType::Url)
            .send()
            .await
            .map_err(|error| Fault::of(&error))?;
        let encoded = answer.encoding_type() == Some(&EncodingType::Url);
        let plain = |text: &str| if encoded { decoded(text) } else { text.to_owned() };
        for object in answer.contents() {
            let key = plain(object.key().unwrap_or_default());
            let size = object.size().unwrap_or_default().max(0) as u64;
            // What the console makes to show an empty folder is no file.
            if !(key.ends_with('/') && size == 0) {
                page.objects.push(of_key(&place, &key, size, object.e_tag()));
            }
        }
        let folders = answer.common_prefixes().iter().filter_map(|common| common.prefix());
        page.folders.extend(folders.map(plain));
        further = answer.next_continuation_token().map(ToOwned::to_owned);
        if further.is_none() {
            return Ok(page);
        }
    }
}

fn of_key(place: &Place, key: &str, size: u64, tag: Option<&str>) -> Object {
    let path = place.path(key);
    Object { size, delivered: delivered(&path), tag: tag.map(Into::into), path }
}

impl Found {
    fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.foreign.is_empty() && !self.outside
    }

    /// Lists folders beside one another and gives those that are in them.
    async fn level(
        &mut self,
        bucket: &Bucket,
        place: &Place,
        level: Vec<(String, Look)>,
    ) -> Result<Vec<String>, Fault> {
        let unknown = level.iter().filter(|(_, look)| *look == Look::Unknown).count();
        let mut tasks = JoinSet::new();
        let mut folders = Vec::new();
        for (folder, look) in level {
            let whole = match look {
                Look::Into => false,
                Look::Unknown => unknown > UNKNOWN,
                Look::All => true,
                Look::Outside => {
                    self.outside = true;
                    continue;
                }
                Look::Foreign => {
                    self.foreign.push(place.path(&folder));
                    continue;
                }
            };
            if tasks.len() >= FOLDERS
                && let Some(page) = tasks.join_next().await
            {
                folders.extend(self.enter(page)?);
            }
            tasks.spawn(list(bucket.clone(), place.clone(), folder, whole));
        }
        while let Some(page) = tasks.join_next().await {
            folders.extend(self.enter(page)?);
        }
        folders.sort_unstable();
        Ok(folders)
    }

    /// Takes in what a folder holds and gives the folders in it.
    fn enter(
        &mut self,
        page: Result<Result<Page, Fault>, JoinError>,
    ) -> Result<Vec<String>, Fault> {
        let Page { objects, folders } =
            page.unwrap_or_else(|error| Err(Fault::Other(error.to_string())))?;
        self.objects.extend(objects);
        Ok(folders)
    }

    /// Looks for the one object of this name.
    async fn single(&mut self, bucket: &Bucket, place: &Place) -> Result<(), Fault> {
        let request = bucket.client.list_objects_v2().bucket(&bucket.name).prefix(&place.key);
        let answer = request.max_keys(1).send().await.map_err(|error| Fault::of(&error))?;
        for object in answer.contents().iter().filter(|object| object.key() == Some(&place.key)) {
            let size = object.size().unwrap_or_default().max(0) as u64;
            self.objects.push(of_key(place, &place.key, size, object.e_tag()));
        }
        Ok(())
    }

    pub(super) fn add(&mut self, other: Self) {
        self.objects.extend(other.objects);
        self.foreign.extend(other.foreign);
        self.outside |= other.outside;
    }

    pub(super) fn listing(mut self) -> Listing {
        self.foreign.sort_unstable();
        self.foreign.dedup();
        // As texts: `a//b` is another object than `a/b`.
        self.objects.sort_unstable_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
        self.objects.dedup_by(|a, b| a.path.as_os_str() == b.path.as_os_str());
        let problem = |path| FileProblem { path, offset: None, reason: Reason::OtherService };
        let mut listing = Listing {
            problems: self.foreign.into_iter().map(problem).collect(),
            ..Listing::default()
        };
        self.objects.into_iter().for_each(|object| listing.add(object));
        listing
    }
}

/// A name as it is: `%2F` is a slash, and `+` a blank.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let hex = |digits: &[u8]| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))
        };
        match (first, tail.get(..2).and_then(hex)) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn names_are_decoded() {
        for (text, name) in [
            ("AWSLogs/1/x_y-z.json.gz", "AWSLogs/1/x_y-z.json.gz"),
            ("a+b%2Bc%2f%25", "a b+c/%"),
            ("%1b%5B2J%C3%BC", "\u{1b}[2Jü"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
        ] {
            assert_eq!(decoded(text), name);
        }
    }
}
