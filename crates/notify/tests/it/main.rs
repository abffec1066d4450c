//! The channels against receivers that run: what they are sent, and what becomes of their answers.

#[cfg(test)]
#[cfg(feature = "aws")]
mod aws;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod http;
#[cfg(test)]
mod jira;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod pagerduty;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod script;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod slack;
#[cfg(test)]
mod splunk;
#[cfg(test)]
mod teams;
#[cfg(test)]
mod webhook;
