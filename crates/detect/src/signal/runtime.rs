//! Credentials that belong to one machine, task or function, used somewhere else.

use compact_str::format_compact;
use intel::address::NetworkClass;
use intel::client::{ClientKind, Os};

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::principal::Kind;
use crate::steps::{HOUR, Step};

pub(super) static OFF_RUNTIME: Signal = Signal {
    about: About {
        id: "off-runtime",
        text: "a credential made for one machine, task or function is used outside AWS",
        rows: &["IA-22", "IA-24", "IA-25"],
        techniques: &["T1552.005", "T1078.004"],
        needs: Needs::Management,
        look_back: "the call against the networks of the last 128 days",
        noise: "traffic that leaves AWS through an own data centre: name its networks",
    },
    wants: Wants::Every,
    see: Some(by_network),
    notify: None,
};

pub(super) static FOREIGN_CLIENT: Signal = Signal {
    about: About {
        id: "client-foreign-to-runtime",
        text: "a credential made for one machine, task or function is used by a client that cannot run there",
        rows: &["IA-22", "IA-24", "IA-06"],
        techniques: &["T1552.005", "T1078.004"],
        needs: Needs::Management,
        look_back: "the call against the platforms of the last 128 days",
        noise: "Mac instances",
    },
    wants: Wants::Every,
    see: Some(by_client),
    notify: None,
};

pub(super) static IN_TWO_PLACES: Signal = Signal {
    about: About {
        id: "machine-in-two-places",
        text: "the credential of one instance is used from two places in AWS in turns",
        rows: &["IA-22", "IA-23"],
        techniques: &["T1552.005", "T1078.004"],
        needs: Needs::Management,
        look_back: "six hours of an episode, against the address ranges of the last 128 days",
        noise: "an instance with several public addresses, in its first days; a new address is an innocent explanation",
    },
    wants: Wants::Every,
    see: Some(in_two_places),
    notify: None,
};

fn runtime(kind: Kind) -> &'static str {
    match kind {
        Kind::Instance => "runs on an instance in AWS",
        Kind::Container => "runs in a container in AWS",
        _ => "runs as a function in AWS",
    }
}

/// A client that cannot run there: a laptop's system, a browser, a desktop program.
fn by_client(scene: &mut Scene<'_>) -> Option<Seen> {
    let kind = scene.basis.kind;
    if !kind.has_runtime() {
        return None;
    }
    let client = &scene.call.client;
    let platform = scene.call.platform();
    if scene.basis.profile.platforms().get(platform).is_some() {
        return None;
    }
    let desktop = matches!(client.os, Os::MacOs | Os::Ios | Os::Android)
        || matches!(client.kind, ClientKind::Browser | ClientKind::Console | ClientKind::DesktopS3)
        || client.os == Os::Windows && kind != Kind::Instance;
    desktop.then(|| {
        Seen::new(format_compact!("{} on {platform}", client.family)).against(runtime(kind))
    })
}

/// A network outside AWS on which it was never seen. Behind a VPC endpoint the address is private
/// and proves nothing.
fn by_network(scene: &mut Scene<'_>) -> Option<Seen> {
    let kind = scene.basis.kind;
    if !kind.has_runtime() {
        return None;
    }
    let network = &scene.call.origin.network;
    let outside = !matches!(
        network.place.class,
        NetworkClass::Aws | NetworkClass::Private | NetworkClass::Known
    );
    let has_address = scene.call.event.source.address().is_some();
    (scene.new_network && outside && has_address)
        .then(|| Seen::new(scene.call.origin.label.clone()).against(runtime(kind)))
}

/// Inside AWS the network is everybody's, so the address range has to tell: one that was never the
/// instance's, and then one of its own again. Whoever was given another address does not come back.
fn in_two_places(scene: &mut Scene<'_>) -> Option<Seen> {
    const SPAN: i64 = 6 * HOUR;
    let network = &scene.call.origin.network;
    let in_aws = network.place.class == NetworkClass::Aws;
    let has_address = scene.call.event.source.address().is_some();
    if scene.basis.kind != Kind::Instance || !in_aws || !has_address {
        return None;
    }
    let seconds = scene.seconds();
    let prefix = &network.prefix;
    let known = scene.basis.profile.prefixes();
    let steps = &mut scene.tallies.steps;
    // Before there is a history, home is where it was seen first.
    let is_home = match known.distinct() {
        0 => {
            let first = steps.count(seconds, SPAN, Step::AtHome) == 0;
            first || steps.saw(seconds, SPAN, Step::AtHome, prefix)
        }
        _ => known.get(prefix).is_some(),
    };
    if !is_home {
        steps.see(seconds, SPAN, Step::AwayFromHome, prefix);
        return None;
    }
    if known.distinct() == 0 {
        steps.see(seconds, SPAN, Step::AtHome, prefix);
    }
    let away = steps.count(seconds, SPAN, Step::AwayFromHome);
    (away > 0).then(|| {
        Seen::new(format_compact!("back at {prefix} after {away} other ranges within 6 h"))
            .against(runtime(scene.basis.kind))
    })
}
