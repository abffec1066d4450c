//! The table of known products.

use std::sync::LazyLock;

use super::ClientKind;

/// What a product name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Product {
    pub(super) family: &'static str,
    pub(super) kind: ClientKind,
}

struct Table {
    exact: Vec<(&'static str, Product)>,
    prefixes: Vec<(&'static str, Product)>,
    pairs: Vec<((&'static str, &'static str), Product)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/clients.tsv").lines();
    let mut table = Table { exact: Vec::new(), prefixes: Vec::new(), pairs: Vec::new() };
    for (name, product) in lines.filter(|line| !line.starts_with('#')).filter_map(row) {
        match (name.strip_suffix('*'), name.split_once(' ')) {
            (Some(prefix), _) => table.prefixes.push((prefix, product)),
            (None, Some(pair)) => table.pairs.push((pair, product)),
            (None, None) => table.exact.push((name, product)),
        }
    }
    table.exact.sort_unstable_by_key(|&(name, _)| name);
    // The longest prefix is the most special one.
    table.prefixes.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    table
});

fn row(line: &'static str) -> Option<(&'static str, Product)> {
    let mut fields = line.split('\t');
    let (name, family) = (fields.next()?, fields.next()?);
    let kind = ClientKind::from_name(fields.next()?)?;
    let family = if family == "=" { name } else { family };
    Some((name, Product { family, kind }))
}

/// The product with this lower-case name.
pub(super) fn find(name: &str) -> Option<Product> {
    let table = &*TABLE;
    if let Ok(at) = table.exact.binary_search_by_key(&name, |&(exact, _)| exact) {
        return table.exact.get(at).map(|&(_, product)| product);
    }
    let first = *name.as_bytes().first()?;
    let fits = |prefix: &str| prefix.as_bytes().first() == Some(&first) && name.starts_with(prefix);
    table.prefixes.iter().find(|(prefix, _)| fits(prefix)).map(|&(_, product)| product)
}

/// The product whose name is two words, such as `S3 Browser`.
pub(super) fn find_pair(first: &str, second: &str) -> Option<Product> {
    TABLE.pairs.iter().find(|&&(pair, _)| pair == (first, second)).map(|&(_, product)| product)
}

#[cfg(test)]
pub(super) fn families() -> impl Iterator<Item = Product> {
    let table = &*TABLE;
    let plain = table.exact.iter().chain(&table.prefixes).map(|&(_, product)| product);
    plain.chain(table.pairs.iter().map(|&(_, product)| product))
}
