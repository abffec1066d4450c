//! Credentials of build jobs.

use compact_str::CompactString;
use intel::address::NetworkClass;
use intel::client::{ClientKind, Runtime};

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static JOB_ELSEWHERE: Signal = Signal {
    about: About {
        id: "job-credential-elsewhere",
        text: "a credential of GitHub's build jobs is used from a network where no job runs",
        rows: &["IA-21"],
        techniques: &["T1078.004", "T1550.001"],
        needs: Needs::Management,
        look_back: "30 days of the principal's keys, 128 days of its clients",
        noise: "a key that people and jobs share; runners of one's own that have moved: name their networks",
    },
    wants: Wants::Every,
    see: Some(elsewhere),
    notify: None,
};

/// Runners stand in clouds, or at home; the credential of one of them has no business elsewhere.
fn elsewhere(scene: &mut Scene<'_>) -> Option<Seen> {
    const PLATFORM: CompactString = CompactString::const_new(Runtime::GithubActions.as_str());
    let key = scene.call.event.identity.access_key.as_ref()?;
    let seconds = scene.seconds();
    let client = &scene.call.client;
    let in_job = client.runtime == Some(Runtime::GithubActions)
        || client.kind == ClientKind::Ci && client.family == PLATFORM;
    if in_job {
        scene.job_keys.see(seconds, key);
        return None;
    }
    let outside = matches!(
        scene.call.origin.network.place.class,
        NetworkClass::Other
            | NetworkClass::Hosting
            | NetworkClass::Vpn
            | NetworkClass::Tor
            | NetworkClass::Relay
    );
    let moved = scene.new_network && outside && scene.call.event.source.address().is_some();
    let of_job = || {
        scene.job_keys.holds(seconds, key)
            || scene.basis.profile.platforms().get(&PLATFORM).is_some()
    };
    (moved && of_job())
        .then(|| Seen::new(scene.call.origin.label.clone()).against("used by GitHub's build jobs"))
}
