//! Watchers other than the trail and GuardDuty.

use super::{About, Needs, Scene, Seen, Signal, Wants, request};

pub(super) static WATCHER_OFF: Signal = Signal {
    about: About {
        id: "watcher-switched-off",
        text: "a watcher, a recorder of changes or a log of traffic was switched off by hand, or somebody tried to",
        rows: &["DE-08", "DE-09", "DE-10"],
        techniques: &["T1562.001", "T1562.008"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "a change of the security tooling; the teardown of a network",
    },
    wants: Wants::Actions(&[
        "securityhub:DisableSecurityHub",
        "securityhub:DisassociateFromAdministratorAccount",
        "macie2:DisableMacie",
        "inspector2:Disable",
        "detective:DeleteGraph",
        "access-analyzer:DeleteAnalyzer",
        "config:StopConfigurationRecorder",
        "config:DeleteConfigurationRecorder",
        "config:DeleteDeliveryChannel",
        "ec2:DeleteFlowLogs",
        "route53resolver:DeleteResolverQueryLogConfig",
        "route53resolver:DisassociateResolverQueryLogConfig",
        "eks:UpdateClusterConfig",
        "rds:StopActivityStream",
        "wafv2:DeleteLoggingConfiguration",
    ]),
    see: Some(see),
    notify: None,
};

/// Of a cluster only the end of its logs counts.
fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    if event.name == "UpdateClusterConfig" {
        let request = request::of(event);
        let logs =
            request.pointer("/logging/clusterLogging").map(request::list).unwrap_or_default();
        if !logs.iter().any(|log| log.get("enabled").is_some_and(request::is_false)) {
            return None;
        }
    }
    scene.is_new_by_hand().then(|| Seen::new(scene.deed()))
}
