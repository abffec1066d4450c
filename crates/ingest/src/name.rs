//! What the names that CloudTrail gives its files tell.

use std::path::Path;

use cloudtrail::Time;

/// What a path says about the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Records, or nothing is known.
    Log,
    /// Hashes of other files.
    Digest,
    /// Unusual rates in other records.
    Insight,
    /// Sums over other records.
    Aggregate,
}

impl Kind {
    /// Reads the folder and the file name: either is enough.
    pub(crate) fn of(path: &Path) -> Self {
        let folders = path.iter().filter_map(|component| component.to_str());
        folders.chain(name_parts(path).nth(1)).find_map(Self::of_word).unwrap_or(Self::Log)
    }

    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "CloudTrail-Digest" => Self::Digest,
            "CloudTrail-Insight" => Self::Insight,
            "CloudTrail-Aggregated" => Self::Aggregate,
            _ => return None,
        })
    }
}

/// When CloudTrail delivered the file of this name:
/// `<account>_CloudTrail_<region>_<YYYYMMDDTHHmmZ>_<random>.json.gz`. A file holds records from
/// any time before its delivery. `None` for other names.
pub fn delivered(path: &Path) -> Option<Time> {
    let mut parts = name_parts(path)
        .skip_while(|part| *part != "CloudTrail" && *part != "CloudTrail-NetworkActivity");
    let (_kind, _region, minute, _random) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    time_of_minute(minute)
}

fn name_parts(path: &Path) -> impl Iterator<Item = &str> {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default().split('_')
}

/// The moment of `YYYYMMDDTHHmmZ`.
fn time_of_minute(text: &str) -> Option<Time> {
    if text.len() != 14 || !text.is_ascii() {
        return None;
    }
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    if date.len() != 8 {
        return None;
    }
    let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
    let (hour, minute) = time.split_at(2);
    format!("{year}-{month}-{day}T{hour}:{minute}:00Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Kind, delivered};

    #[test]
    fn delivery_times() {
        for (name, time) in [
            (
                "111122223333_CloudTrail_us-east-2_20150801T0210Z_Mu0KsOhtH1ar15ZZ.json.gz",
                Some("2015-08-01T02:10:00Z"),
            ),
            ("a/b/1_CloudTrail_eu-central-1_20261231T2359Z_x.json", Some("2026-12-31T23:59:00Z")),
            (
                "copy_of_1_CloudTrail_eu-west-1_20260101T0000Z_x.json.gz",
                Some("2026-01-01T00:00:00Z"),
            ),
            (
                "1_CloudTrail-NetworkActivity_eu-west-1_20260101T0000Z_x.json.gz",
                Some("2026-01-01T00:00:00Z"),
            ),
            ("1_CloudTrail_eu-west-1_20260101T0000Z.json.gz", None),
            ("1_CloudTrail_eu-west-1_20260230T0000Z_x.json.gz", None),
            ("1_CloudTrail_eu-west-1_20260101T2400Z_x.json.gz", None),
            ("1_CloudTrail_eu-west-1_2026010éT000Z_x.json.gz", None),
            ("1_CloudTrail_eu-west-1_202601T010000Z_x.json.gz", None),
            ("20260101T0000Z.json.gz", None),
            ("events.json", None),
            ("", None),
        ] {
            let found = delivered(Path::new(name)).map(|time| time.to_string());
            assert_eq!(found.as_deref(), time, "{name}");
        }
    }

    #[test]
    fn kinds_of_files() {
        for (path, kind) in [
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/01/01/x.json.gz", Kind::Log),
            ("AWSLogs/1/CloudTrail-Digest/eu-west-1/2026/01/01/x.json.gz", Kind::Digest),
            (
                "1_CloudTrail-Digest_us-east-1_trail_us-east-1_20260101T000000Z.json.gz",
                Kind::Digest,
            ),
            ("AWSLogs/1/CloudTrail-Insight/eu-west-1/x.json.gz", Kind::Insight),
            ("1_CloudTrail-Insight_us-east-1_20260101T0000Z_x.json.gz", Kind::Insight),
            ("AWSLogs/1/CloudTrail-Aggregated/eu-west-1/x.json.gz", Kind::Aggregate),
            ("AWSLogs/1/CloudTrail-NetworkActivity/eu-west-1/x.json.gz", Kind::Log),
            ("notes-on-CloudTrail-Digest.json", Kind::Log),
        ] {
            assert_eq!(Kind::of(Path::new(path)), kind, "{path}");
        }
    }
}
