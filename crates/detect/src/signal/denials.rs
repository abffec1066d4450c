//! Refusals in breadth: somebody finds out what the credential may do.

use cloudtrail::{KeyKind, Outcome};
use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static REFUSED_OVER_REGIONS: Signal = Signal {
    about: About {
        id: "refused-over-regions",
        text: "reads with a long-term key were refused in several regions within an hour",
        rows: &["DI-06"],
        techniques: &["T1526"],
        needs: Needs::Management,
        look_back: "an hour of an episode",
        noise: "inventory tools with too few rights",
    },
    wants: Wants::Every,
    see: Some(refused_over_regions),
    notify: None,
};

pub(super) static REFUSAL_BREADTH: Signal = Signal {
    about: About {
        id: "refusal-breadth",
        text: "ten or more different actions were refused within a day",
        rows: &["DI-05"],
        techniques: &["T1580"],
        needs: Needs::Management,
        look_back: "a day of an episode",
        noise: "a new scanner's role, mis-scoped deployments",
    },
    wants: Wants::Every,
    see: Some(refusal_breadth),
    notify: None,
};

fn refused_over_regions(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 3;
    let event = scene.call.event;
    let key = event.identity.access_key.as_ref()?;
    if event.outcome != Outcome::Denied || key.kind() != KeyKind::LongTerm || !scene.call.reads() {
        return None;
    }
    let regions = scene.tallies.refused_regions.see(event.time.seconds(), &event.region);
    (regions >= MANY).then(|| Seen::new(format_compact!("{regions} regions")))
}

fn refusal_breadth(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 10;
    let event = scene.call.event;
    if event.outcome != Outcome::Denied {
        return None;
    }
    let actions = scene.tallies.refused_actions.see(event.time.seconds(), &scene.call.action.base);
    (actions >= MANY).then(|| Seen::new(format_compact!("{actions} different actions refused")))
}
