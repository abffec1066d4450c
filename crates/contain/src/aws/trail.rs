//! What CloudTrail recorded lately, from `LookupEvents`.

use std::ops::ControlFlow;
use std::time::Duration;

use cloudtrail::Time;
use serde_json::Value;

use super::client::Reader;
use super::read::text;
use super::request::Request;
use super::service::Service;
use crate::account::Fault;

/// AWS answers two of these requests a second, for each account and region.
const PAUSE: Duration = Duration::from_millis(500);
/// The most that a page holds.
const PAGE: u32 = 50;

/// Hands over the records of some regions between two moments, one page in memory at a time, the
/// newest of each region first. Stops early if it is told to.
pub(super) async fn lookup(
    reader: &Reader,
    regions: &[String],
    since: Time,
    until: Time,
    each: &mut dyn FnMut(&str) -> ControlFlow<()>,
) -> Result<(), Fault> {
    for region in regions {
        let request = Request::new(Service::CloudTrail, "LookupEvents", region)
            .at(region)
            .with("StartTime", since.seconds())
            .with("EndTime", until.seconds())
            .with("MaxResults", PAGE);
        let mut pages = reader.pages(request);
        while let Some(page) = pages.next().await? {
            let events = page.get("Events").and_then(Value::as_array);
            for event in events.map_or(&[][..], Vec::as_slice) {
                let record = text(event, "/CloudTrailEvent");
                if record.is_some_and(|record| each(&record).is_break()) {
                    return Ok(());
                }
            }
            if pages.has_next() {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    Ok(())
}
