//! Prefixes from the user's lists; the narrowest one that holds an address wins.

use std::cmp::Reverse;
use std::net::IpAddr;

use ipnet::IpNet;

/// Values of network prefixes, cut into disjoint ranges so that one comparison decides.
#[derive(Clone, Debug)]
pub(super) struct Prefixes<V> {
    given: Vec<(IpNet, V)>,
    ranges: Vec<Range<V>>,
}

#[derive(Clone, Copy, Debug)]
struct Range<V> {
    first: u128,
    last: u128,
    value: V,
}

impl<V> Default for Prefixes<V> {
    fn default() -> Self {
        Self { given: Vec::new(), ranges: Vec::new() }
    }
}

impl<V: Copy> Prefixes<V> {
    /// Adds prefixes to those that are there; of two equal ones the later wins.
    pub(super) fn extend(&mut self, more: impl IntoIterator<Item = (IpNet, V)>) {
        self.given.extend(more);
        let ranges = self.given.iter().map(|&(net, value)| {
            let [first, last] = [net.network(), net.broadcast()].map(wide);
            Range { first, last, value }
        });
        self.ranges = disjoint(ranges.collect());
    }

    /// Value of the narrowest prefix that holds the address.
    pub(super) fn find(&self, ip: IpAddr) -> Option<V> {
        if self.ranges.is_empty() {
            return None;
        }
        let address = wide(ip);
        let after = self.ranges.partition_point(|range| range.first <= address);
        let range = self.ranges.get(after.checked_sub(1)?)?;
        (address <= range.last).then_some(range.value)
    }
}

/// Both families on one line: IPv4 in its mapped form.
fn wide(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// Prefixes nest or are apart, so a stack of the open ones gives the innermost at every point.
fn disjoint<V: Copy>(mut ranges: Vec<Range<V>>) -> Vec<Range<V>> {
    ranges.sort_by_key(|range| (range.first, Reverse(range.last)));
    let mut out = Vec::with_capacity(ranges.len());
    let mut open: Vec<Range<V>> = Vec::new();
    for range in ranges {
        while let Some(inner) = open.pop_if(|inner| inner.last < range.first) {
            close(&mut out, &mut open, inner);
        }
        if let Some(outer) = open.last_mut() {
            if outer.first < range.first {
                out.push(Range { last: range.first - 1, ..*outer });
            }
            outer.first = range.first;
        }
        open.push(range);
    }
    while let Some(inner) = open.pop() {
        close(&mut out, &mut open, inner);
    }
    out
}

/// Emits what is left of a prefix and lets the one around it go on behind it.
fn close<V: Copy>(out: &mut Vec<Range<V>>, open: &mut Vec<Range<V>>, inner: Range<V>) {
    if inner.first <= inner.last {
        out.push(inner);
    }
    let Some(next) = inner.last.checked_add(1) else {
        // Whatever is around a prefix that ends with the last address of all ends there too.
        open.clear();
        return;
    };
    if let Some(outer) = open.last_mut() {
        outer.first = next;
    }
}
